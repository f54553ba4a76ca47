import { decodeJwt, judgeTimes, signJwt, verifyJwt } from '../../crypto/jwt.ts'
import { unixSeconds } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import type { Application } from '../applications/application.ts'
import type { FederatedKey } from '../federation/store.ts'
import { findSigningKey, findVerificationKeys } from '../signing-keys/keyring.ts'
import { findSessionsEnded } from '../users/store/session-ends.ts'
import {
  type ChallengeClaims,
  COMPLETED,
  claimsShape,
  type EmailLinkClaims,
  LIFETIME_SECONDS,
  type LoginClaims,
  type StepUpClaims,
} from './challenge-claims.ts'
import type { Grounds } from './grounds.ts'

const TYPE = 'challenge+jwt'
export interface LoginProof
  extends Pick<Grounds, 'passwordId' | 'identifier' | 'externalId' | 'identity' | 'passkeyId'> {
  readonly userId: string
  /** How the user proved who they are. RFC 8176. */
  readonly amr: readonly string[]
  /** PKCE S256 challenge to be answered at finalize. RFC 7636 §4.2. */
  readonly codeChallenge?: string | undefined
  /** Scopes of the session that this opens. */
  readonly grantedScopes?: readonly string[] | undefined
  /** Where less than ten minutes is enough. */
  readonly lifetimeSeconds?: number | undefined
}

/** What makes a token this one and no other: the same proof issued twice by it is the same token. */
export interface Issuing {
  readonly jti: string
  /** Unix ms. */
  readonly at: number
  /** When all sessions of the user had been ended last, as it was judged by; by default as it is now. */
  readonly sessionsEndedAt?: number | null
}

const newIssuing = (deps: Deps): Issuing => ({ jti: newId('cht', deps), at: deps.now() })

/** Issue the token that ends a way in: whoever finalizes it within ten minutes is the user. */
export async function issueLoginChallenge(
  deps: Deps,
  app: Application,
  proof: LoginProof,
  issuing: Issuing = newIssuing(deps),
): Promise<string> {
  const { jti, at, sessionsEndedAt = await findSessionsEnded(deps.db, app.id, proof.userId) } = issuing
  const now = unixSeconds(at)
  const {
    userId,
    amr,
    codeChallenge,
    grantedScopes = [],
    lifetimeSeconds = LIFETIME_SECONDS,
    passwordId,
    identifier,
    externalId,
    identity,
    passkeyId,
  } = proof
  return await sign(deps, app, {
    jti,
    sub: userId,
    iat: now,
    exp: now + lifetimeSeconds,
    challenge_id: jti.replace(/^cht_/, 'chl_'),
    current_step: COMPLETED,
    grant_mode: 'session-start',
    amr,
    auth_time: now,
    ...(codeChallenge && { pkce_challenge: codeChallenge }),
    ...(grantedScopes.length > 0 && { granted_scopes: grantedScopes }),
    ...(passwordId && { password_id: passwordId }),
    ...(identifier && { identifier: { type: identifier.type, value: identifier.value } }),
    ...(externalId && { external_id: externalId }),
    ...(identity && { identity: keyOf(identity) }),
    ...(passkeyId && { passkey_id: passkeyId }),
    sessions_ended_at: sessionsEndedAt,
  })
}

const keyOf = ({ provider, issuer, subject }: FederatedKey): FederatedKey => ({ provider, issuer, subject })

/** Issue the token with which a client asks for the code that proves the address of an account at a provider, within ten minutes. */
export async function issueEmailLink(
  deps: Deps,
  app: Application,
  link: Pick<
    EmailLinkClaims,
    | 'amr'
    | 'granted_scopes'
    | 'identity'
    | 'config_id'
    | 'profile'
    | 'metadata'
    | 'pkce_challenge'
    | 'verifier_optional'
  >,
): Promise<string> {
  const now = unixSeconds(deps.now())
  const challengeId = newId('chl', deps)
  return await sign(deps, app, {
    jti: newId('cht', deps),
    sub: challengeId,
    iat: now,
    exp: now + LIFETIME_SECONDS,
    challenge_id: challengeId,
    current_step: 'verify_email',
    grant_mode: 'oauth-email-link',
    ...link,
  })
}

/** Issue the token of a login by an account whose address a code has proven. Nobody has the account before it is finalized. */
export async function issueLinkedLogin(
  deps: Deps,
  app: Application,
  login: Pick<LoginClaims, 'amr' | 'granted_scopes' | 'pkce_challenge' | 'verifier_optional'> & {
    link: NonNullable<LoginClaims['link']>
  },
): Promise<string> {
  const now = unixSeconds(deps.now())
  const challengeId = newId('chl', deps)
  return await sign(deps, app, {
    jti: newId('cht', deps),
    sub: challengeId,
    iat: now,
    exp: now + LIFETIME_SECONDS,
    challenge_id: challengeId,
    current_step: COMPLETED,
    grant_mode: 'session-start',
    auth_time: now,
    ...login,
    identity: keyOf(login.link.identity),
  })
}

/** What the token of a login rests on. */
export const groundsOf = (claims: LoginClaims): Grounds => ({
  passwordId: claims.password_id,
  identifier: claims.identifier,
  externalId: claims.external_id,
  identity: claims.identity,
  passkeyId: claims.passkey_id,
  sessionsEndedAt: claims.sessions_ended_at,
  provenAt: claims.iat * 1000,
})

export type StepUp = Omit<StepUpClaims, 'exp' | 'aud' | 'current_step'>

/**
 * Issue the token of a step-up as it stands at `issuedAt`, Unix ms. It lives as long as its first step that is not done gives it; with every
 * step done, ten minutes. The same step-up at the same time makes the same token.
 */
export async function issueStepUpChallenge(
  deps: Deps,
  app: Application,
  stepUp: StepUp,
  issuedAt: number,
): Promise<string> {
  const iat = unixSeconds(issuedAt)
  const step = stepUp.steps.find(({ done }) => !done)
  const exp = iat + (step?.expiration_duration || LIFETIME_SECONDS)
  return await sign(deps, app, { ...stepUp, iat, exp, current_step: step?.key ?? COMPLETED })
}

async function sign(deps: Deps, app: Application, claims: object): Promise<string> {
  const { kid, key } = await findSigningKey(deps, app.id, 'challenge_token', 'EdDSA')
  return signJwt({ alg: 'EdDSA', typ: TYPE, kid }, { aud: app.id, ...claims }, key)
}

export type ChallengeOutcome = { kind: 'valid'; claims: ChallengeClaims } | { kind: 'expired' } | { kind: 'invalid' }

/** Verify signature, type, audience and times of a challenge token; whether it was used is for `consumeChallenge` to say. */
export async function verifyChallengeToken(deps: Deps, app: Application, token: string): Promise<ChallengeOutcome> {
  const kid = decodeJwt(token)?.header.kid
  const keyOf = await findVerificationKeys(deps, app.id, 'challenge_token', typeof kid === 'string' ? kid : undefined)
  const verified = verifyJwt(token, TYPE, keyOf, ['EdDSA'])
  const parsed = claimsShape.safeParse(verified?.claims)
  if (!verified || !parsed.success || parsed.data.aud !== app.id) return { kind: 'invalid' }
  const times = judgeTimes(verified.claims, deps.now(), 0)
  if (times === 'ok') return { kind: 'valid', claims: parsed.data }
  return { kind: times === 'expired' ? 'expired' : 'invalid' }
}
