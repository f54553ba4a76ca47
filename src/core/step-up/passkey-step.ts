import type { AssertionResponse } from '../../crypto/webauthn-response.ts'
import { type Tx, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { consumeLimit, isLimitSpent, type Limit } from '../../platform/limits/store.ts'
import type { Application } from '../applications/application.ts'
import type { StepUpClaims } from '../challenges/challenge-claims.ts'
import { type PasskeyConfig, passkeyConfigs } from '../passkeys/config.ts'
import { listUsable, type PasskeyStep, stepOptions, verifyStep } from '../passkeys/step.ts'
import { noteRegressed, type PasskeyOutcome, usePasskey } from '../passkeys/verify.ts'
import { MAX_ATTEMPTS } from '../verifications/verification.ts'
import { type AdvanceOutcome, advance } from './advance.ts'
import { grantWhenCompleted } from './grant.ts'
import { findPasskeysUntil } from './standing.ts'
import { MAX_SECONDS } from './terms.ts'

/** Of one challenge token, in its longest life: as many as of a code. */
export const ATTEMPTS: Limit = { name: 'step_up_passkey', max: MAX_ATTEMPTS, windowSeconds: MAX_SECONDS }

/** Whether a user could do a step by a passkey. */
export type PasskeyStanding = 'usable' | 'passkey_not_configured' | 'passkey_step_unavailable'

/** Whose passkey does a step, and what for. */
type Asked = Pick<StepUpClaims, 'jti' | 'sub' | 'scope_requested'>

type Judging = PasskeyStep & { readonly config: PasskeyConfig }

/** By what the passkeys of a step are judged; undefined where there are none. */
async function findJudging(deps: Deps, app: Application, asked: Asked): Promise<Judging | undefined> {
  const config = (await passkeyConfigs.find(deps.db, app.id))?.config
  if (!config) return undefined
  const { jti, sub: userId, scope_requested: scope } = asked
  return { config, jti, userId, madeBy: await findPasskeysUntil(deps.db, app, { userId, scope }, deps.now()) }
}

export async function findPasskeyStanding(
  deps: Deps,
  app: Application,
  asked: Omit<Asked, 'jti'>,
): Promise<PasskeyStanding> {
  const judging = await findJudging(deps, app, { ...asked, jti: '' })
  if (!judging) return 'passkey_not_configured'
  return (await listUsable(deps, app, judging.config, judging)).length > 0 ? 'usable' : 'passkey_step_unavailable'
}

/** What a client asks its authenticator for a step; undefined when the user has no passkey that could do it. */
export async function findStepOptions(deps: Deps, app: Application, asked: Asked) {
  const judging = await findJudging(deps, app, asked)
  return judging && (await stepOptions(deps, app, judging.config, judging))
}

export type PasskeyTry =
  | AdvanceOutcome
  | { kind: 'wrong' | 'ended' | 'passkey_authenticator_blocked' | Exclude<PasskeyStanding, 'usable'> }

/**
 * Try what an authenticator answered to the options of a step. Of several callers one advances the challenge and uses the passkey; whoever comes after them
 * learns what the others did before anybody asks whether there is a copy of the key.
 */
export async function tryPasskey(
  deps: Deps,
  app: Application,
  { claims, jkt, assertion }: { claims: StepUpClaims; jkt: string; assertion: AssertionResponse },
): Promise<PasskeyTry> {
  const judging = await findJudging(deps, app, claims)
  if (!judging) return { kind: 'passkey_not_configured' }
  if (await isLimitSpent(deps.db, app.id, ATTEMPTS, claims.jti, deps.now())) return { kind: 'wrong' }
  const shown = await verifyStep(deps, app, judging.config, judging, assertion)
  if (shown.kind === 'refused') return await refuse(deps, app, judging, shown.reason)
  const outcome = await deps.transact<Used>((tx) => use(tx, deps, app, { claims, jkt, shown }))
  if (outcome.kind === 'gone') return await refuse(deps, app, judging, 'it is gone')
  if (outcome.kind !== 'regressed' && outcome.kind !== 'blocked') return outcome
  if (!(await countAttempt(deps, app, claims))) return { kind: 'wrong' }
  if (outcome.kind === 'regressed') await noteRegressed(deps, shown.passkey, shown.state)
  return { kind: 'passkey_authenticator_blocked' }
}

type Shown = Exclude<PasskeyOutcome, { kind: 'refused' }>
type Used = AdvanceOutcome | { kind: 'ended' } | { kind: 'blocked' } | { kind: 'regressed' } | { kind: 'gone' }

/** Advance the challenge, note the use of the passkey and, after the last step, grant the scope: all or nothing. */
async function use(
  tx: Tx,
  deps: Deps,
  app: Application,
  { claims, jkt, shown }: { claims: StepUpClaims; jkt: string; shown: Shown },
) {
  const outcome = (one: Used) => one
  if (shown.kind === 'blocked') return outcome({ kind: 'blocked' })
  const advanced = await advance(tx, deps, app.id, claims, jkt)
  if (advanced.kind !== 'advanced') return outcome(advanced)
  if (shown.kind === 'regressed') return undo(outcome({ kind: 'regressed' }))
  if (!(await grantWhenCompleted(tx, deps, app, advanced.stepUp))) return undo(outcome({ kind: 'ended' }))
  // Last: whoever deletes a passkey holds its user before.
  const used = await usePasskey(tx, deps, shown.passkey, shown.state)
  return used === 'used' ? outcome(advanced) : undo(outcome({ kind: used }))
}

/** Count an answer that opened nothing. False when there were too many. */
const countAttempt = (deps: Deps, app: Application, { jti }: Pick<Asked, 'jti'>): Promise<boolean> =>
  deps.transact((tx) => consumeLimit(tx, app.id, ATTEMPTS, jti, deps.now()))

async function refuse(deps: Deps, app: Application, judging: Judging, cause: string): Promise<PasskeyTry> {
  deps.log.info({ app: app.id, cause }, 'a step by a passkey was refused')
  await countAttempt(deps, app, judging)
  const isLeft = (await listUsable(deps, app, judging.config, judging)).length > 0
  return { kind: isLeft ? 'wrong' : 'passkey_step_unavailable' }
}
