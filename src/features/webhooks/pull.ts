import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import type { Item } from '../../core/webhooks/body.ts'
import { commit as commitTo, nextDelivery, readEvents } from '../../core/webhooks/pull.ts'
import { headersOf, letterOf } from '../../core/webhooks/send.ts'
import { findWebhook } from '../../core/webhooks/store/webhooks.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { failure } from './failures.ts'
import { common, item, ONE, webhookParams } from './wire.ts'

const MAX_LIMIT = 100

const shown = ({ payload, ...rest }: Item): z.input<typeof item> => ({
  ...rest,
  payload: payload as Record<string, unknown>,
})

export const list = endpoint({
  ...common,
  method: 'GET',
  path: `${ONE}/events`,
  permission: 'webhooks:read',
  operationId: 'listWebhookEvents',
  summary: 'Pull the events of a webhook in the order of their sequence, those behind what was committed',
  params: webhookParams,
  query: z.object({
    limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(MAX_LIMIT).meta({ description: 'How many at most.' }),
    after: z.coerce.number().int().min(0).default(0).meta({
      description: 'A sequence: go on behind it. What was committed is passed over in any case.',
    }),
  }),
  response: z
    .object({
      events: z.array(item),
      next: z.int().optional().meta({ description: 'There are more: send it as `after`. Missing where none waits.' }),
    })
    .meta({ id: 'WebhookEventsResponse' }),
  failures: [universal.invalid_request, notFound, failure.webhook_is_pushed],

  async handle({ app, params: { webhookID }, query, fail }, deps) {
    const webhook = (await findWebhook(deps.db, app.id, webhookID)) ?? fail(notFound)
    if (webhook.kind === 'push') return fail(failure.webhook_is_pushed)
    const { after, limit } = query
    const { events, more } =
      (await deps.transact((tx) => readEvents(tx, deps, webhook, after, limit))) ?? fail(notFound)
    const last = events.at(-1)
    return { body: { events: events.map(shown), ...(more && last && { next: last.sequence }) } }
  },
})

export const next = endpoint({
  ...common,
  permission: 'webhooks:read',
  method: 'GET',
  path: `${ONE}/next`,
  operationId: 'getNextWebhookDelivery',
  summary:
    'Pull the next delivery as it would be sent now, signed, for whoever hands it on. Commit its last sequence when it is taken',
  params: webhookParams,
  response: z
    .object({
      delivery: z
        .object({
          id: z.string(),
          events: z.array(item),
          body: z.string().meta({ description: 'To the byte as it is signed.' }),
          headers: z.record(z.string(), z.string()),
        })
        .optional()
        .meta({ description: 'Missing while nothing waits.' }),
    })
    .meta({ id: 'NextWebhookDeliveryResponse' }),
  failures: [notFound, failure.webhook_is_pushed],

  async handle({ app, params: { webhookID }, fail }, deps) {
    const webhook = (await findWebhook(deps.db, app.id, webhookID)) ?? fail(notFound)
    if (webhook.kind === 'push') return fail(failure.webhook_is_pushed)
    const row = await deps.transact((tx) => nextDelivery(tx, deps, webhook))
    if (!row) return { body: {} }
    const letter = letterOf(row, deps.now())
    const events = (JSON.parse(row.events) as Item[]).map(shown)
    const headers = await headersOf(deps, webhook, letter)
    return { body: { delivery: { id: row.id, events, body: letter.body, headers } } }
  },
})

export const commit = endpoint({
  ...common,
  method: 'POST',
  path: `${ONE}/commit`,
  permission: 'webhooks:write',
  operationId: 'commitWebhookEvents',
  audit: { none: 'it is how a receiver reads on, many times a minute' },
  summary: 'Say that every event up to a sequence is taken: none of them is pulled again',
  params: webhookParams,
  body: z.object({ sequence: z.int().min(0) }),
  response: z
    .object({ committed: z.int().meta({ description: 'Up to where by now; it never goes back.' }) })
    .meta({ id: 'CommitWebhookEventsResponse' }),
  failures: [universal.invalid_request, notFound, failure.webhook_is_pushed],

  async handle({ app, params: { webhookID }, body: { sequence }, fail }, deps) {
    const webhook = (await findWebhook(deps.db, app.id, webhookID)) ?? fail(notFound)
    if (webhook.kind === 'push') return fail(failure.webhook_is_pushed)
    const committed = (await deps.transact((tx) => commitTo(tx, deps, webhook, sequence))) ?? fail(notFound)
    if (committed === 'unknown') {
      return fail(universal.invalid_request, { message: 'body.sequence: no event has this sequence yet' })
    }
    return { body: { committed } }
  },
})
