import type { Application } from '../../core/applications/application.ts'
import { COMPLETED, isStepUp, type StepUpClaims } from '../../core/challenges/challenge-claims.ts'
import type { ChallengeOutcome } from '../../core/challenges/challenge-token.ts'
import { REPEAT_MS } from '../../core/challenges/finalization.ts'
import { consumeChallenge, findConsumedChallenge } from '../../core/challenges/store.ts'
import type { ConsumedChallengeRow } from '../../core/challenges/tables.ts'
import { findGrantedScopes } from '../../core/grants/store.ts'
import type { Moved } from '../../core/sessions/store.ts'
import { grantStepUp } from '../../core/step-up/grant.ts'
import { undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'

export type StepUpDecision =
  | { kind: 'grant'; claims: StepUpClaims }
  | { kind: 'expired' | 'invalid' | 'mismatch' | 'not_completed' | 'reused' }

/** Decide whether a challenge token grants this session its scope. `consumed` tells how it was used before. */
export function decideStepUp(
  token: ChallengeOutcome,
  sessionId: string,
  consumed: Pick<ConsumedChallengeRow, 'consumed_at'> | undefined,
  now: number,
): StepUpDecision {
  if (token.kind !== 'valid') return token
  const { claims } = token
  if (!isStepUp(claims)) return { kind: 'invalid' }
  if (claims.sid !== sessionId) return { kind: 'mismatch' }
  if (claims.current_step !== COMPLETED) return { kind: 'not_completed' }
  if (consumed && now - consumed.consumed_at >= REPEAT_MS) return { kind: 'reused' }
  return { kind: 'grant', claims }
}

/** How a challenge token was used before, if it was. */
export async function findUse(deps: Deps, app: Application, token: ChallengeOutcome) {
  return token.kind === 'valid' ? await findConsumedChallenge(deps.db, app.id, token.claims.jti) : undefined
}

/**
 * Grant a session what its step-up was for, once however often it is asked. Answers the session with the scopes that its next access token
 * carries, under the `jti` of the challenge: a repeat is the same token to whoever counts. Undefined when the session ended meanwhile.
 */
export async function grantScope(
  deps: Deps,
  app: Application,
  session: Moved,
  claims: StepUpClaims,
): Promise<Moved | undefined> {
  const { jti, exp } = claims
  const { id: sessionId, user_id: userId, jkt } = session
  const now = deps.now()
  const use = { app_id: app.id, jti, session_id: sessionId, jkt, consumed_at: now, expires_at: exp * 1000 }
  return await deps.transact<Moved | undefined>(async (tx) => {
    await consumeChallenge(tx, use)
    if (!(await grantStepUp(tx, deps, app, claims))) return undo<Moved | undefined>(undefined)
    return { ...session, granted_scopes: await findGrantedScopes(tx, app.id, { userId, sessionId, jti }, now) }
  })
}
