import type { StepUpClaims } from '../challenges/challenge-claims.ts'
import type { IdentifierType } from '../identifiers/tables.ts'
import { isReserved } from '../scopes/scope.ts'
import { registeredTypeOf, type ScopeEntry, type StepUpConfig } from './config.ts'
import type { PasskeyStanding } from './passkey-step.ts'
import { identifierTypeOf, PASSKEY_STEP, type Step, stepOf, type Terms } from './terms.ts'

export type EntryChoice =
  | { kind: 'entry'; entry: ScopeEntry }
  | { kind: 'scope_not_allowed' }
  | { kind: 'identifier_mismatch' }

/**
 * Choose the entry that a scope is granted by: the first that fits what the user has proven. `proven` oldest first: for a scope of the account
 * itself the entry of the oldest wins.
 */
export function chooseEntry(
  { allowed_scopes }: StepUpConfig,
  scope: string,
  proven: readonly IdentifierType[],
): EntryChoice {
  const entries = allowed_scopes.filter((entry) => entry.scope === scope)
  if (entries.length === 0) return { kind: 'scope_not_allowed' }
  const fitting = entries.filter((one) => rankOf(one, proven) >= 0)
  const [entry] = isReserved(scope) ? fitting.toSorted((a, b) => rankOf(a, proven) - rankOf(b, proven)) : fitting
  return entry ? { kind: 'entry', entry } : { kind: 'identifier_mismatch' }
}

/** The place of the oldest proof that an entry takes; -1 when it takes none of them. Others than direct ones take any. */
const rankOf = (entry: ScopeEntry, proven: readonly IdentifierType[]): number =>
  entry.mode === 'direct' ? proven.findIndex((type) => entry.direct.identifier_types.includes(type)) : 0

export type OpenSteps = StepUpClaims['steps']

export type Opening =
  | { kind: 'blocked' }
  /** Without steps: the scope is granted at once. */
  | { kind: 'opened'; status: 'continue' | 'review'; steps: OpenSteps }
  /** A step asks for an identifier that the user has not proven. */
  | { kind: 'impossible' }
  /** A step asks for a passkey. */
  | { kind: 'passkey_not_configured' }
  | { kind: 'passkey_step_unavailable' }

interface Opener {
  /** What the user has proven. */
  readonly proven: readonly IdentifierType[]
  /** What codes can be sent to: among `proven`, those with a login configuration. */
  readonly reachable: readonly IdentifierType[]
  /** Asked for where a step is done by a passkey. */
  readonly passkey: PasskeyStanding
  /** Whether the client takes a scope without a step. The mobile SDKs do not. */
  readonly web: boolean
}

/** Decide what a client is answered to these terms. A client that needs a step gets one even if the terms grant the scope at once. */
export function decideOpening(terms: Terms, { proven, reachable, passkey, web }: Opener): Opening {
  const { status } = terms
  if (status === 'block') return { kind: 'blocked' }
  const lack = findLack(terms.steps, proven, passkey)
  if (status === 'review') return lack ? { kind: lack } : { kind: 'opened', status, steps: openSteps(terms.steps) }
  if (web) return { kind: 'opened', status, steps: [] }
  const own = lack ? [] : openSteps(terms.steps)
  return { kind: 'opened', status, steps: own.length > 0 ? own : impliedSteps(reachable) }
}

/** What keeps the user from doing these steps. */
function findLack(steps: readonly Step[], proven: readonly IdentifierType[], passkey: PasskeyStanding) {
  const types = steps.flatMap(({ key }) => identifierTypeOf(key) ?? [])
  if (!types.every((type) => proven.includes(type))) return 'impossible'
  return hasPasskeyStep(steps) && passkey !== 'usable' ? passkey : undefined
}

export const hasPasskeyStep = (steps: readonly Step[]): boolean => steps.some(({ key }) => key === PASSKEY_STEP)

const openSteps = (steps: readonly Step[]): OpenSteps =>
  steps
    .toSorted((a, b) => a.order - b.order)
    .map(({ order, key, expiration_duration }) => ({ order, key, expiration_duration, done: false }))

const impliedSteps = ([type]: readonly IdentifierType[]): OpenSteps =>
  type ? [{ order: 1, key: stepOf(type), expiration_duration: 0, done: false }] : []

/** What registering an identifier takes: a code sent to it. */
export const registrationTerms = (type: IdentifierType): Terms => ({
  status: 'review',
  grant_mode: 'single-use',
  granted_for: 0,
  steps: [{ order: 1, key: stepOf(type), expiration_duration: 0 }],
})

/** The identifier that a step-up registers, normalised when it was requested; undefined when it registers none. */
export function registrationOf({ scope_requested, metadata }: Pick<StepUpClaims, 'scope_requested' | 'metadata'>) {
  const type = registeredTypeOf(scope_requested)
  const value = metadata?.identifier
  return type && value !== undefined ? { type, value } : undefined
}
