import type { LoginClaims } from '../../core/challenges/challenge-claims.ts'
import type { ChallengeOutcome } from '../../core/challenges/challenge-token.ts'
import { consumeChallenge } from '../../core/challenges/store.ts'
import { verifyCodeVerifier } from '../../crypto/pkce.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'

/** What a request to finalize amounts to, before the database is asked. */
export type Attempt =
  | { kind: 'consume'; claims: LoginClaims; provesTheSame: boolean }
  /** A wrong code verifier: somebody else holds the token. It is used up. */
  | { kind: 'burn'; claims: LoginClaims }
  | { kind: 'expired' | 'invalid' | 'verifier_missing' }

/**
 * Judge a challenge token and code verifier. RFC 7636 §4.6: no verifier where there is a challenge is as bad as a wrong one. Pages never do without:
 * anybody may send a browser there with a token of their own.
 */
export function judge(token: ChallengeOutcome, verifier: string | undefined, isOfPage: boolean): Attempt {
  if (token.kind !== 'valid') return token
  const { claims } = token
  if (claims.grant_mode !== 'session-start') return { kind: 'invalid' }
  if (claims.pkce_challenge === undefined) return { kind: 'consume', claims, provesTheSame: false }
  if (verifier === undefined && claims.verifier_optional && !isOfPage)
    return { kind: 'consume', claims, provesTheSame: false }
  if (verifier === undefined) return { kind: 'verifier_missing' }
  if (!verifyCodeVerifier(verifier, claims.pkce_challenge)) return { kind: 'burn', claims }
  return { kind: 'consume', claims, provesTheSame: true }
}

/** Turn down what cannot be finalized. Whoever holds the token with a wrong verifier uses it up. */
export async function refuse(
  tx: Tx,
  deps: Deps,
  appId: string,
  attempt: Exclude<Attempt, { kind: 'consume' }>,
  jkt: string,
): Promise<{ kind: 'expired' | 'invalid' | 'verifier_missing' | 'burned' | 'reused' }> {
  if (attempt.kind !== 'burn') return attempt
  const { jti, exp } = attempt.claims
  const row = { app_id: appId, jti, session_id: null, jkt, consumed_at: deps.now(), expires_at: exp * 1000 }
  return { kind: (await consumeChallenge(tx, row)) ? 'burned' : 'reused' }
}
