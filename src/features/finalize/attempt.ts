import type { ChallengeClaims, ChallengeOutcome } from '../../core/challenges/challenge-token.ts'
import { decideFinalization } from '../../core/challenges/finalization.ts'
import { consumeChallenge, findConsumedChallenge } from '../../core/challenges/store.ts'
import { startSession } from '../../core/sessions/start.ts'
import { endSessions, findSession, type LiveSession } from '../../core/sessions/store.ts'
import type { SessionRow } from '../../core/sessions/tables.ts'
import { verifyCodeVerifier } from '../../crypto/pkce.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'

/** What a request to finalize amounts to, before the database is asked. */
export type Attempt =
  | { kind: 'consume'; claims: ChallengeClaims; verifierMatches: boolean }
  /** A wrong code verifier: somebody else holds the token. It is used up. */
  | { kind: 'burn'; claims: ChallengeClaims }
  | { kind: 'expired' | 'invalid' | 'verifier_missing' }

/** Judge a challenge token and code verifier. RFC 7636 §4.6: no verifier where there is a challenge is as bad as a wrong one. */
export function judge(token: ChallengeOutcome, verifier: string | undefined): Attempt {
  if (token.kind !== 'valid') return token
  const { claims } = token
  if (claims.grant_mode !== 'session-start') return { kind: 'invalid' }
  if (claims.pkce_challenge === undefined) return { kind: 'consume', claims, verifierMatches: false }
  if (verifier === undefined) return { kind: 'verifier_missing' }
  if (!verifyCodeVerifier(verifier, claims.pkce_challenge)) return { kind: 'burn', claims }
  return { kind: 'consume', claims, verifierMatches: true }
}

export interface Finalization {
  /** To start when the attempt wins. */
  readonly session: SessionRow | undefined
  readonly jkt: string
  readonly previousId: string | undefined
}

export type Acted =
  | { kind: 'started' | 'repeated'; session: LiveSession }
  | { kind: 'expired' | 'invalid' | 'verifier_missing' | 'burned' | 'reused' }

/** Do what was judged. Of several who consume one token, one starts the session; its own repeats get that session again. */
export async function act(
  tx: Tx,
  deps: Deps,
  appId: string,
  attempt: Attempt,
  finalization: Finalization,
): Promise<Acted> {
  if (attempt.kind !== 'consume' && attempt.kind !== 'burn') return attempt
  const { session, jkt, previousId } = finalization
  const { jti, exp } = attempt.claims
  const now = deps.now()
  const row = { app_id: appId, jti, session_id: session?.id ?? null, jkt, consumed_at: now, expires_at: exp * 1000 }
  const won = await consumeChallenge(tx, row)
  if (attempt.kind === 'burn') return { kind: won ? 'burned' : 'reused' }

  if (won && session) {
    const started = await startSession(tx, deps, session)
    if (!started) return { kind: 'invalid' }
    if (previousId) await endSessions(tx, deps, appId, { id: previousId, exceptId: session.id, jkt }, 'replaced')
    return { kind: 'started', session: started }
  }
  const consumed = await findConsumedChallenge(tx, appId, jti)
  const existing = consumed?.session_id ? await findSession(tx, appId, consumed.session_id) : undefined
  const presented = { jkt, verifierMatches: attempt.verifierMatches }
  const decided = consumed && decideFinalization(consumed, existing, presented, now)
  return decided?.kind === 'repeat' && existing ? { kind: 'repeated', session: existing } : { kind: 'reused' }
}
