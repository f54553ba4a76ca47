import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { EVENT_TYPES, listEvents } from '../../core/events/store.ts'
import type { EventRow } from '../../core/events/tables.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { nextPage, pageOf, pageQuery } from '../../platform/page.ts'

const event = z
  .object({
    id: z.string(),
    type: z.string(),
    payload: z.record(z.string(), z.unknown()).meta({ description: 'As in webhooks. Times are RFC 3339.' }),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Event' })

const viewOf = ({ id, type, payload, created_at }: EventRow): z.input<typeof event> => ({
  id,
  type,
  payload: JSON.parse(payload),
  created_at: rfc3339(created_at),
})

export const list = endpoint({
  method: 'GET',
  path: '/v2/session/apps/{appID}/events',
  audience: 'management',
  operationId: 'listEvents',
  permission: 'events:read',
  tag: 'Events',
  summary: 'List what happened to an application and its users, newest first; kept for 30 days',
  access: managementKey,
  params: z.object({ appID: z.string() }),
  query: z.object({
    ...pageQuery,
    type: z.enum(EVENT_TYPES).optional(),
    user_id: z.string().max(64).optional().meta({ description: 'Of this user alone.' }),
  }),
  response: z.object({ events: z.array(event), next: nextPage }).meta({ id: 'ListEventsResponse' }),
  failures: [universal.invalid_request],

  async handle({ app, query }, deps) {
    const { type, user_id: userId, after: before, limit } = query
    const { rows, next } = pageOf(await listEvents(deps.db, app.id, { type, userId, before }, limit + 1), limit)
    return { body: { events: rows.map(viewOf), ...next } }
  },
})
