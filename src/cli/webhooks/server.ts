import type { Variables } from '../../platform/config.ts'
import type { SafeFetch } from '../../platform/safe-fetch.ts'
import { type TargetFlags, withApi } from '../api/target.ts'
import { type Outcome, refusedBy } from '../outcome.ts'
import { type Call, callsOf } from './api.ts'

/** Which application, of which Antiphon. */
export interface ServerFlags extends TargetFlags {
  readonly app: string
}

/** The ways of a command: to the webhooks, and to wherever a person says. */
export interface Ways {
  readonly call: Call
  readonly fetch: SafeFetch
}

/** Run a command by the management API. */
export const withServer = (
  variables: Variables,
  flags: ServerFlags,
  work: (ways: Ways) => Promise<Outcome>,
): Promise<Outcome> =>
  withApi(variables, flags, true, ({ channel, fetch }) => work({ call: callsOf(channel, flags.app), fetch }))

/** What a call was answered, or why it was not. */
export async function answerOf<T>(
  answer: ReturnType<Call>,
): Promise<{ kind: 'answered'; body: T } | ReturnType<typeof refusedBy>> {
  const given = await answer
  return given.kind === 'answered' ? { kind: 'answered', body: given.body as T } : refusedBy(given)
}
