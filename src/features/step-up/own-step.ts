import type { Application } from '../../core/applications/application.ts'
import { COMPLETED, type StepUpClaims } from '../../core/challenges/challenge-claims.ts'
import { type AdvanceOutcome, advance } from '../../core/step-up/advance.ts'
import { grantWhenCompleted } from '../../core/step-up/grant.ts'
import { consumeVerificationToken, stepUpConfigs } from '../../core/step-up/store.ts'
import { isManaged } from '../../core/step-up/terms.ts'
import { hashSecret } from '../../crypto/opaque-token.ts'
import { undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { type TokenFault, verifyVerificationToken } from './verification-token.ts'

export type OwnStepTry =
  | AdvanceOutcome
  | { kind: TokenFault | 'not_configured' | 'ended' }
  /** The customer's keys cannot be asked for. */
  | { kind: 'unreachable' }

/** Complete a step of the application's own, by what its backend says. */
export async function tryVerificationToken(
  deps: Deps,
  app: Application,
  { claims, jkt, token }: { claims: StepUpClaims; jkt: string; token: string },
): Promise<OwnStepTry> {
  if (claims.current_step === COMPLETED || isManaged(claims.current_step)) return { kind: 'step_not_found' }
  const jwksUrl = (await stepUpConfigs.find(deps.db, app.id))?.config.jwks_url
  if (!jwksUrl) return { kind: 'not_configured' }
  const verified = await verifyVerificationToken(deps, jwksUrl, token, claims)
  if (verified.kind === 'unreachable') return verified
  if (verified.kind === 'refused') return { kind: verified.code }
  return await advanceBy(deps, app, claims, jkt, verified)
}

/** Advance a challenge, use up the verification token and, after the last step, grant the scope: all or nothing. A repeat finds both used, and is answered like the first time. */
async function advanceBy(
  deps: Deps,
  app: Application,
  claims: StepUpClaims,
  jkt: string,
  { jti, expiresAt }: { jti: string; expiresAt: number },
): Promise<OwnStepTry> {
  const used = { app_id: app.id, jti_hash: hashSecret(jti), expires_at: expiresAt }
  return await deps.transact<OwnStepTry>(async (tx) => {
    const advanced = await advance(tx, deps, app.id, claims, jkt)
    if (advanced.kind !== 'advanced') return advanced
    if (!(await consumeVerificationToken(tx, used))) return undo<OwnStepTry>({ kind: 'invalid_verification_token' })
    return (await grantWhenCompleted(tx, deps, app, advanced.stepUp)) ? advanced : undo<OwnStepTry>({ kind: 'ended' })
  })
}
