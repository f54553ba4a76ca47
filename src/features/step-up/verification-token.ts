import { z } from 'zod'
import type { StepUpClaims } from '../../core/challenges/challenge-claims.ts'
import { issuerKeys } from '../../core/issuer-keys/issuer-keys.ts'
import { decodeJwt, judgeTimes } from '../../crypto/jwt.ts'
import type { Deps } from '../../platform/deps.ts'

const ALGORITHMS = ['RS256']
const LEEWAY_SECONDS = 30
/** A token is accepted for so long from its `iat` on, whatever its `exp` says. */
const MAX_AGE_SECONDS = 600

const claimsShape = z.object({
  sub: z.string(),
  iat: z.number(),
  exp: z.number(),
  jti: z.string().min(1).max(256),
  challenge_id: z.string(),
  key: z.string(),
  status: z.string(),
})

export type TokenFault =
  | 'invalid_verification_token'
  | 'token_mismatch'
  | 'step_not_found'
  | 'step_bypassed'
  | 'step_not_completed'

export type VerificationOutcome =
  /** `expiresAt`: no later than this is the token accepted. Unix ms. */
  | { kind: 'verified'; jti: string; expiresAt: number }
  | { kind: 'refused'; code: TokenFault }
  /** The customer's keys cannot be asked for. */
  | { kind: 'unreachable' }

const refused = (code: TokenFault): VerificationOutcome => ({ kind: 'refused', code })

/** Verify that the customer's backend says: this user has done the current step of this challenge. */
export async function verifyVerificationToken(
  deps: Deps,
  jwksUrl: string,
  token: string,
  challenge: StepUpClaims,
): Promise<VerificationOutcome> {
  const jwt = decodeJwt(token)
  if (!jwt?.header.kid) return refused('invalid_verification_token')
  const verdict = await issuerKeys(deps).verify(jwksUrl, jwt, ALGORITHMS)
  if (verdict === 'unreachable' || verdict === 'silent') return { kind: 'unreachable' }
  return verdict === 'verified' ? judgeClaims(jwt.claims, challenge, deps.now()) : refused('invalid_verification_token')
}

type Challenge = Pick<StepUpClaims, 'sub' | 'challenge_id' | 'current_step' | 'steps'>

/** Judge what a token with a right signature says, in this order. */
export function judgeClaims(given: Record<string, unknown>, challenge: Challenge, now: number): VerificationOutcome {
  const claims = claimsShape.safeParse(given).data
  if (!claims || judgeTimes(given, now, LEEWAY_SECONDS) !== 'ok') return refused('invalid_verification_token')
  const { iat, exp, jti, sub, challenge_id, key, status } = claims
  const ageMs = now - iat * 1000
  const expiresAt = (Math.min(exp, iat + MAX_AGE_SECONDS) + LEEWAY_SECONDS) * 1000
  if (ageMs < -LEEWAY_SECONDS * 1000 || now >= expiresAt) return refused('invalid_verification_token')
  if (sub !== challenge.sub || challenge_id !== challenge.challenge_id) return refused('token_mismatch')
  if (!challenge.steps.some((step) => step.key === key)) return refused('step_not_found')
  if (key !== challenge.current_step) return refused('step_bypassed')
  if (status !== 'completed') return refused('step_not_completed')
  return { kind: 'verified', jti, expiresAt }
}
