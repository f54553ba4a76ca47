import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { LIFETIME_SECONDS } from '../challenges/challenge-claims.ts'
import type { StepUp } from '../challenges/challenge-token.ts'
import { REPEAT_MS } from '../challenges/finalization.ts'
import { consumeChallenge } from '../challenges/store.ts'
import { insertGrants } from '../grants/store.ts'
import { sessionSettings } from '../sessions/settings.ts'
import { findLiveSession } from '../sessions/store.ts'
import { findUserForUpdate } from '../users/store.ts'

/** Grant what a step-up was for, once however often it is asked. False when its session is over: then nothing may be kept. */
export async function grantStepUp(tx: Tx, deps: Deps, app: Application, stepUp: StepUp): Promise<boolean> {
  const { jti, sub: user_id, sid, scope_requested: scope, grant_mode } = stepUp
  const now = deps.now()
  // Whoever ends the sessions of a user, with what was granted to them, holds the user: a grant must not come after.
  await findUserForUpdate(tx, app.id, user_id)
  if (!(await findLiveSession(tx, app.id, sid, now))) return false
  const expires_at = now + LIFETIME_SECONDS * 1000
  const once = { app_id: app.id, jti: `granted ${jti}`, session_id: sid, jkt: '', consumed_at: now, expires_at }
  if (!(await consumeChallenge(tx, once))) return true
  const grant = {
    app_id: app.id,
    user_id,
    session_id: grant_mode === 'profile-bound' ? '' : sid,
    jti: grant_mode === 'single-use' ? jti : '',
    scope,
    expires_at: now + lifetimeMs(app, stepUp),
  }
  await insertGrants(tx, deps, [grant])
  return true
}

/** What rides on one access token lives as long as the answer that brings it may be repeated, and that token after it. */
function lifetimeMs(app: Application, { grant_mode, granted_for }: StepUp): number {
  if (grant_mode !== 'single-use') return granted_for * 1000
  return REPEAT_MS + settingsOf(app, sessionSettings).access_token_lifetime_seconds * 1000
}

/**
 * Grant at once what is not for one token alone, when no step is left: any next refresh carries it, whichever of the client's tabs is the one
 * that refreshes. False when the session is over.
 */
export async function grantWhenCompleted(tx: Tx, deps: Deps, app: Application, stepUp: StepUp): Promise<boolean> {
  const isDone = stepUp.steps.every(({ done }) => done)
  return !isDone || stepUp.grant_mode === 'single-use' || (await grantStepUp(tx, deps, app, stepUp))
}
