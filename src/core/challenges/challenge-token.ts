import { z } from 'zod'
import { decodeJwt, judgeTimes, signJwt, verifyJwt } from '../../crypto/jwt.ts'
import { unixSeconds } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { failures } from '../../platform/failure.ts'
import { newId } from '../../platform/ids.ts'
import type { Application } from '../applications/application.ts'
import { findSigningKey, findVerificationKeys } from '../signing-keys/keyring.ts'

export const challengeFailure = failures({
  expired_challenge_token: ['bad_request', 'This challenge has expired. Start again.'],
  invalid_challenge_token: ['bad_request', 'This is no challenge token that can be used here.'],
  token_reused: ['conflict', 'This challenge token has been used already.'],
  token_mismatch: ['bad_request', 'This challenge token belongs to another session.'],
  step_not_completed: ['bad_request', 'Not every step of this challenge has been completed.'],
})

const TYPE = 'challenge+jwt'
const LIFETIME_SECONDS = 600

const claimsShape = z.object({
  jti: z.string(),
  sub: z.string(),
  exp: z.number(),
  aud: z.string(),
  sid: z.string().optional(),
  challenge_id: z.string(),
  current_step: z.string(),
  grant_mode: z.enum(['session-start', 'single-use', 'session-bound', 'profile-bound']),
  pkce_challenge: z.string().optional(),
  amr: z.array(z.string()),
  auth_time: z.number(),
})

/** What a challenge token says: who has proven what, and what is still to be done. `exp` and `auth_time` in Unix seconds. */
export type ChallengeClaims = z.output<typeof claimsShape>

export interface LoginProof {
  readonly userId: string
  /** How the user proved who they are. RFC 8176. */
  readonly amr: readonly string[]
  /** PKCE S256 challenge to be answered at finalize. RFC 7636 §4.2. */
  readonly codeChallenge?: string | undefined
}

/** Issue the token that ends a way in: whoever finalizes it within ten minutes is the user. */
export async function issueLoginChallenge(deps: Deps, app: Application, proof: LoginProof): Promise<string> {
  const { kid, key } = await findSigningKey(deps, app.id, 'challenge_token', 'EdDSA')
  const now = unixSeconds(deps.now())
  const claims = {
    jti: newId('cht', deps),
    aud: app.id,
    sub: proof.userId,
    iat: now,
    exp: now + LIFETIME_SECONDS,
    challenge_id: newId('chl', deps),
    current_step: 'completed',
    grant_mode: 'session-start',
    amr: proof.amr,
    auth_time: now,
    ...(proof.codeChallenge && { pkce_challenge: proof.codeChallenge }),
  }
  return signJwt({ alg: 'EdDSA', typ: TYPE, kid }, claims, key)
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
