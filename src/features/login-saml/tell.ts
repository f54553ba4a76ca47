import { type EventType, emit } from '../../core/events/store.ts'
import { countUp } from '../../core/rollups/count.ts'
import type { SamlConnection } from '../../core/saml-connections/connection.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { inProcessLimit } from '../../platform/limits/in-process.ts'

const MINUTE_MS = 60_000
/** Anybody may post junk: of each kind, a connection tells of so many in a minute and process. */
const MOST_TOLD = 10

const told = resident(() => inProcessLimit(MINUTE_MS))

/** Which check refused a login, and why: for a log, and nothing that anybody sent. */
export interface Refusal {
  readonly check: string
  readonly reason: string
}

/** Tell the operator of a login, in the log and by an event. The browser hears nothing of it. */
export async function tell(
  deps: Deps,
  appId: string,
  { id }: Pick<SamlConnection, 'id'>,
  type: Extract<EventType, `saml.${string}`>,
  what: Refusal | { readonly user_id?: string },
): Promise<void> {
  const kind = 'check' in what ? what.check : type
  if ('check' in what) countUp(deps, appId, 'login_refused', { way: 'saml', check: what.check })
  if (!told(deps).take(`${appId} ${id} ${kind}`, MOST_TOLD, deps.monotonic())) return
  deps.log.warn({ app: appId, connection_id: id, ...what }, type)
  await deps.transact((tx) => emit(tx, deps, appId, type, { connection_id: id, ...what }))
}
