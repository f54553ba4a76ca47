import { EVENT_TYPES, type EventType, listEvents } from '../core/events/store.ts'
import { rfc3339 } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { ofApp } from './apps.ts'
import { columns, done, misused, type Outcome } from './outcome.ts'

export type EventQuery = {
  readonly type?: string | undefined
  readonly user?: string | undefined
  /** A number, as it was typed. */
  readonly limit: string
}

const MAX_LIMIT = 500

const isType = (text: string): text is EventType => (EVENT_TYPES as readonly string[]).includes(text)

/** `antiphon events list`: newest first. */
export async function listAppEvents(deps: Deps, appId: string, { type, user, limit }: EventQuery): Promise<Outcome> {
  const count = Number(limit)
  if (!Number.isInteger(count) || count < 1 || count > MAX_LIMIT) return misused(`--limit: is not 1 to ${MAX_LIMIT}`)
  if (type !== undefined && !isType(type)) return misused(`--type: is none of ${EVENT_TYPES.join(', ')}`)
  return await ofApp(deps, appId, async () => {
    const events = await listEvents(deps.db, appId, { type, userId: user }, count)
    const rows = events.map((row) => ({
      id: row.id,
      type: row.type,
      payload: JSON.parse(row.payload) as unknown,
      created_at: rfc3339(row.created_at),
    }))
    const lines = rows.map((row) => [row.created_at, row.type, JSON.stringify(row.payload)])
    return done(rows, columns([['WHEN', 'TYPE', 'PAYLOAD'], ...lines], 'There is no event.'))
  })
}
