import { failures, universal } from '../../platform/failure.ts'

export const accessFailure = failures({
  unauthorized: ['unauthorized', 'These credentials are missing, wrong or no longer valid.'],
  forbidden: ['forbidden', 'This page may not act for the user here.'],
  insufficient_scope: [
    'forbidden',
    'The access token does not carry the scope that this needs. Ask for it by a step-up.',
  ],
  invalid_dpop_proof: ['unauthorized', 'The DPoP proof is not valid for this request.'],
  missing_dpop_proof: ['unauthorized', 'This session is bound to a key: send a DPoP proof.'],
  dpop_key_mismatch: ['unauthorized', 'The DPoP proof is by another key than the session is bound to.'],
  missing_api_token: ['unauthorized', 'Send a management key: `Authorization: Bearer …`.'],
  invalid_api_token: [
    'unauthorized',
    'This management key is unknown, revoked, expired, or none of the instance where only such a one may act.',
  ],
  insufficient_permissions: ['forbidden', 'This management key is not allowed to do this.'],
  address_not_allowed: ['forbidden', 'This management key may not be used from this address.'],
  rate_limited: ['rate_limited', 'Too many attempts. Wait, then try again.'],
})

/** The answers of the DPoP protocol itself, part of every operation that reads a proof. RFC 9449 §8. */
export const dpopChallenge = failures({
  use_dpop_nonce: ['bad_request', 'Sign the proof again with the nonce of this answer’s DPoP-Nonce header.'],
})

export const { not_found: notFound } = universal

/** The challenge that goes with every 401 of a management key. RFC 6750 §3. */
export const keyChallenge = {
  missing: { 'www-authenticate': 'Bearer realm="Antiphon management"' },
  invalid: { 'www-authenticate': 'Bearer realm="Antiphon management", error="invalid_token"' },
}

/** The challenge that goes with `insufficient_scope`: the scope to ask for, by proving again who the user is. RFC 9470 §3, RFC 6750 §3.1. */
export const scopeChallenge = (scope: string) => ({
  'www-authenticate': `Bearer error="insufficient_user_authentication", error_description="step up to get this scope", scope="${scope}"`,
})
