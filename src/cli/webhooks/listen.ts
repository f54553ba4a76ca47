import { EVENT_TYPES } from '../../core/events/store.ts'
import type { Variables } from '../../platform/config.ts'
import { misused, type Outcome, refused } from '../outcome.ts'
import type { Call } from './api.ts'
import { follow } from './follow.ts'
import { answerOf, type ServerFlags, withServer } from './server.ts'

export interface ListenFlags extends ServerFlags {
  /** Where deliveries go. */
  readonly forward: string
  /** Event types, comma-separated; all when left out. */
  readonly events?: string
  /** A webhook of kind `pull` to go on with; one is made, and deleted at the end, when left out. */
  readonly webhook?: string
}

/** `antiphon webhooks listen`: forwards events to a URL, signed as they would come, until it is over. */
export async function listen(
  variables: Variables,
  flags: ListenFlags,
  over = interruption(),
  say: (line: string) => void = console.log,
): Promise<Outcome> {
  const { app, forward, webhook } = flags
  if (!/^https?:$/.test(URL.parse(forward)?.protocol ?? '')) return misused('--forward: is no URL')
  return await withServer(variables, flags, async ({ call, fetch }) => {
    const opened = webhook === undefined ? await makeWebhook(call, flags) : ({ kind: 'open', id: webhook } as const)
    if (opened.kind === 'refused') return opened
    say(`Events of ${app} go to ${forward}. End with Ctrl-C.`)
    const ended = await follow({ call, fetch, webhookId: opened.id, forward, say }, over)
    if (ended !== undefined) return refused(ended)
    return webhook === undefined ? await deleteWebhook(call, opened.id) : { kind: 'said' }
  })
}

/** Aborts at the first Ctrl-C; a second one ends the process at once. */
function interruption(): AbortSignal {
  const over = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => over.abort())
  return over.signal
}

async function makeWebhook(call: Call, { events }: ListenFlags) {
  const types = events?.split(',').map((type) => type.trim()) ?? EVENT_TYPES
  const made = await answerOf<{ webhook: { id: string } }>(call('POST', '/webhooks', { kind: 'pull', events: types }))
  return made.kind === 'refused' ? made : ({ kind: 'open', id: made.body.webhook.id } as const)
}

async function deleteWebhook(call: Call, id: string): Promise<Outcome> {
  const deleted = await answerOf(call('DELETE', `/webhooks/${id}`))
  return deleted.kind === 'refused' ? refused(`webhook ${id} is left behind: ${deleted.reason}`) : { kind: 'said' }
}
