import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { summarise } from '../../core/webhooks/statistics.ts'
import { countUnsent } from '../../core/webhooks/store/log.ts'
import { countWaiting } from '../../core/webhooks/store/queue.ts'
import { listHours } from '../../core/webhooks/store/tries.ts'
import { findWebhook } from '../../core/webhooks/store/webhooks.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { common, ONE, webhookParams } from './wire.ts'

const HOUR_MS = 3_600_000
const MAX_HOURS = 720
const MOST_COUNTED = 100_000

const hourView = z.object({
  hour: z.iso.datetime(),
  sent: z.int().meta({ description: 'Tries that were taken.' }),
  failed: z.int().meta({ description: 'Tries that were not.' }),
  p50_ms: z.int().meta({ description: 'Half of the tries took no longer: the upper end of a range.' }),
  p95_ms: z.int().meta({ description: 'Of a hundred tries, 95 took no longer.' }),
})

export const stats = endpoint({
  ...common,
  method: 'GET',
  path: `${ONE}/stats`,
  permission: 'webhooks:read',
  operationId: 'getWebhookStats',
  summary: 'Read how many deliveries were taken, hour by hour, and how long the endpoint took',
  params: webhookParams,
  query: z.object({
    hours: z.coerce.number().int().min(1).max(MAX_HOURS).default(24).meta({ description: 'How many, up to now.' }),
  }),
  response: z
    .object({
      hours: z.array(hourView).meta({ description: 'Oldest first, without those in which nothing was sent.' }),
      waiting: z.int().meta({ description: 'Events that wait now, counted up to 100 000.' }),
    })
    .meta({ id: 'WebhookStatsResponse' }),
  failures: [universal.invalid_request, notFound],

  async handle({ app, params: { webhookID }, query, fail }, deps) {
    if (!(await findWebhook(deps.db, app.id, webhookID))) return fail(notFound)
    const first = Math.floor(deps.now() / HOUR_MS - query.hours + 1) * HOUR_MS
    const rows = await listHours(deps.db, app.id, webhookID, first)
    const [queued, open] = await Promise.all([
      countWaiting(deps.db, app.id, webhookID, MOST_COUNTED),
      countUnsent(deps.db, app.id, webhookID, 'pending'),
    ])
    const hours = summarise(rows).map(({ hour, sent, failed, p50Ms, p95Ms }) => {
      return { hour: rfc3339(hour), sent, failed, p50_ms: p50Ms, p95_ms: p95Ms }
    })
    return { body: { hours, waiting: queued + open } }
  },
})
