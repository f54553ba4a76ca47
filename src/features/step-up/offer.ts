import type { Application } from '../../core/applications/application.ts'
import { emit } from '../../core/events/store.ts'
import type { Identifier } from '../../core/identifiers/identifier.ts'
import type { IdentifierType } from '../../core/identifiers/tables.ts'
import { REGISTERED_BY, type ScopeEntry, type StepUpConfig } from '../../core/step-up/config.ts'
import { typesOf } from '../../core/step-up/standing.ts'
import type { Terms } from '../../core/step-up/terms.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { budgetsOf } from '../../platform/limits/network.ts'
import { consumeLimit, type Limit, secondsLeft } from '../../platform/limits/store.ts'
import { askHook, type FailureReason } from './hook.ts'
import type { Metadata } from './metadata.ts'
import { judgeRegistration } from './registration.ts'

/** So that nobody makes us call a hook without end. */
export const HOOK_CALLS: Limit = { name: 'step_up_hook', max: 30, windowSeconds: 600 }
/** So that nobody tries out who is registered here: neither one user, nor somebody with many accounts. */
export const REGISTRATIONS: Limit = { name: 'step_up_register', max: 10, windowSeconds: 3600 }
export const REGISTRATIONS_OF_NETWORK: Limit = { name: 'step_up_register_ip', max: 20, windowSeconds: 3600 }

/** Who asks for which scope. */
export interface Asked {
  readonly scope: string
  readonly userId: string
  readonly metadata: Metadata
  /** The identifiers that the user has proven. */
  readonly proven: readonly Identifier[]
}

export type Offer =
  /** `types`: what the steps may prove again. */
  | { kind: 'terms'; terms: Terms; metadata: Metadata; types: readonly IdentifierType[] }
  | { kind: 'limited'; retryAfterSeconds: number }
  | { kind: 'busy' | 'hook_failed' }
  | { kind: 'invalid_identifier' | 'identifier_already_exists' | 'no_login_config' }

/** On which terms an entry of the configuration gives its scope: its own, the hook’s, or those of a registration. */
export async function findOffer(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  { step_keys }: StepUpConfig,
  entry: ScopeEntry,
  asked: Asked,
): Promise<Offer> {
  const { userId, metadata, proven } = asked
  const types = typesOf(proven)
  if (entry.mode === 'direct') return { kind: 'terms', terms: entry.direct, metadata, types }
  const now = deps.now()
  const spent = await deps.transact((tx) => consumeAll(tx, app.id, limitsOf(entry.mode, userId, request.ip), now))
  if (spent) return { kind: 'limited', retryAfterSeconds: secondsLeft(spent, now) }

  if (entry.mode === 'managed') {
    const type = REGISTERED_BY[entry.scope]
    const outcome = await judgeRegistration(deps, app, type, metadata)
    return outcome.kind === 'terms' ? { ...outcome, types: [type] } : outcome
  }
  const question = { scope: asked.scope, userId, identifiers: proven, metadata }
  const keys = step_keys.map(({ key }) => key)
  const answer = await askHook(deps, app, entry.delegated.delegation_hook, request, question, keys)
  if (answer.kind === 'hook_failed') await recordHookFailure(deps, app.id, asked, answer.reason)
  return answer.kind === 'terms' ? { ...answer, metadata, types } : { kind: answer.kind }
}

function limitsOf(mode: 'delegated' | 'managed', userId: string, ip: string): [Limit, string][] {
  if (mode === 'delegated') return [[HOOK_CALLS, userId]]
  const ofNetwork = budgetsOf(ip, REGISTRATIONS_OF_NETWORK.max)
  return [
    [REGISTRATIONS, userId],
    ...ofNetwork.map(({ subject, max }): [Limit, string] => [{ ...REGISTRATIONS_OF_NETWORK, max }, subject]),
  ]
}

/** Take one from each budget, in their order; answers the first that is spent. */
async function consumeAll(tx: Tx, appId: string, limits: readonly (readonly [Limit, string])[], now: number) {
  for (const [limit, subject] of limits) if (!(await consumeLimit(tx, appId, limit, subject, now))) return limit
  return undefined
}

/** Announce that a hook did not say on which terms a user gets a scope. */
export async function recordHookFailure(
  deps: Deps,
  appId: string,
  { userId, scope }: Pick<Asked, 'userId' | 'scope'>,
  reason: FailureReason,
): Promise<void> {
  const payload = { user_id: userId, scope, reason, occurred_at: rfc3339(deps.now()) }
  await deps.transact((tx) => emit(tx, deps, appId, 'step_up.hook_failed', payload))
}
