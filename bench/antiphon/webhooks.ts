import { fileURLToPath } from 'node:url'
import { type ServerProcess, startServer } from '../machine/server-process.ts'
import type { Manage } from './management.ts'

const RECEIVERS = fileURLToPath(new URL('../peers/webhooks.ts', import.meta.url))

/** What came since it was last asked. */
export type Counts = { readonly deliveries: number; readonly events: number; readonly latenciesMs: readonly number[] }
export type Mode = 'take' | 'hold' | 'hang'

export type Receivers = {
  /** Of the one with this number. */
  url(n: number): string
  set(n: number, mode: Mode): Promise<void>
  counts(): Promise<Counts>
  stop(): Promise<void>
}

export async function startReceivers(cpu: number | undefined): Promise<Receivers> {
  const server: ServerProcess = await startServer({ argv: [RECEIVERS], cpu })
  const ask = async (path: string) => (await fetch(`${server.address}${path}`)).json()
  return {
    url: (n) => `${server.address}/hook/${n}`,
    set: async (n, mode) => void (await ask(`/mode/${n}/${mode}`)),
    counts: async () => (await ask('/counts')) as Counts,
    stop: () => server.stop(),
  }
}

/** Webhooks that are inactive, one for each receiver; answers their ids. */
export async function createWebhooks(
  manage: Manage,
  receivers: Receivers,
  count: number,
  more: { events: readonly string[]; maxBatch: number },
): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    const { events, maxBatch: max_batch } = more
    const body = { url: receivers.url(n), verification_token: 'bench', events, options: { max_batch } }
    const { webhook } = await manage('POST', '/webhooks', body)
    ids.push((webhook as { id: string }).id)
  }
  return ids
}

export async function each(manage: Manage, ids: readonly string[], verb: 'activate' | 'deactivate'): Promise<void> {
  for (let start = 0; start < ids.length; start += 10) {
    await Promise.all(ids.slice(start, start + 10).map((id) => manage('POST', `/webhooks/${id}/${verb}`)))
  }
}

export async function deleteWebhooks(manage: Manage, ids: readonly string[]): Promise<void> {
  for (const id of ids) await manage('DELETE', `/webhooks/${id}`)
}

const AT_ONCE = 500

/** Users are made, each with an event. */
export async function createUsers(manage: Manage, count: number): Promise<void> {
  const seed = Math.random().toString(36).slice(2)
  for (let made = 0; made < count; made += AT_ONCE) {
    const users = Array.from({ length: Math.min(AT_ONCE, count - made) }, (_, i) => ({
      identifiers: [{ type: 'email_address', value: `${seed}-${made + i}@example.org` }],
    }))
    await manage('POST', '/users/bulk', { users, mode: 'create', emit_events: true })
  }
}

/** Changes the profile of a user so many times a second, each time with an event that says when; until it is stopped. */
export function changeProfiles(manage: Manage, userId: string, perSecond: number): () => Promise<void> {
  const under = new Set<Promise<unknown>>()
  const timer = setInterval(() => {
    const call = manage('PATCH', `/users/${userId}/profile`, { at: Date.now() }).finally(() => under.delete(call))
    call.catch(() => {})
    under.add(call)
  }, 1000 / perSecond)
  return async () => {
    clearInterval(timer)
    await Promise.allSettled(under)
  }
}
