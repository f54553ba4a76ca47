import { z } from 'zod'
import { accessFailure, notFound } from '../../core/access/failures.ts'
import { replayAll, replayNow } from '../../core/webhooks/replay.ts'
import { letterOf } from '../../core/webhooks/send.ts'
import { findDelivery } from '../../core/webhooks/store/deliveries.ts'
import { findLane } from '../../core/webhooks/store/lanes.ts'
import { listDeliveries } from '../../core/webhooks/store/log.ts'
import { listTries } from '../../core/webhooks/store/tries.ts'
import { findWebhook } from '../../core/webhooks/store/webhooks.ts'
import { DELIVERY_STATUSES } from '../../core/webhooks/tables.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { nextPage, pageOf, pageQuery } from '../../platform/page.ts'
import { byHand } from './by-hand.ts'
import { failure } from './failures.ts'
import { viewAnswered, viewDelivery, viewTry } from './view.ts'
import { common, deliveryParams, deliveryView, eventType, eventTypes, ONE, tryView, webhookParams } from './wire.ts'

const LOG = `${ONE}/deliveries`
const MAX_LIMIT = 100

const msOf = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text))

export const list = endpoint({
  ...common,
  method: 'GET',
  path: LOG,
  permission: 'webhooks:read',
  operationId: 'listWebhookDeliveries',
  summary: 'List what was sent to a webhook, and what is to be, newest first; kept for 30 days',
  params: webhookParams,
  query: z.object({
    ...pageQuery,
    limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(MAX_LIMIT).meta({ description: 'How many at most.' }),
    status: z.enum(DELIVERY_STATUSES).optional(),
    event: eventType.optional().meta({ description: 'With an event of this type.' }),
    user_id: z.string().max(64).optional().meta({ description: 'With an event of this user.' }),
    since: z.iso.datetime({ offset: true }).optional(),
    until: z.iso.datetime({ offset: true }).optional(),
  }),
  response: z.object({ deliveries: z.array(deliveryView), next: nextPage }).meta({ id: 'WebhookDeliveriesResponse' }),
  failures: [universal.invalid_request, notFound],

  async handle({ app, params: { webhookID }, query, fail }, deps) {
    const lane = (await findLane(deps.db, app.id, webhookID)) ?? fail(notFound)
    const { limit, after: before, user_id: userId, status, event } = query
    const which = { status, event, userId, before, since: msOf(query.since), until: msOf(query.until) }
    const { rows, next } = pageOf(await listDeliveries(deps.db, app.id, webhookID, which, limit + 1), limit)
    return { body: { deliveries: rows.map((row) => viewDelivery(row, lane.due_at)), ...next } }
  },
})

export const read = endpoint({
  ...common,
  method: 'GET',
  path: `${LOG}/{deliveryID}`,
  permission: 'webhooks:read',
  operationId: 'getWebhookDelivery',
  summary: 'Read a delivery: its body as it was sent last, and what each try was answered',
  params: deliveryParams,
  response: z
    .object({
      delivery: deliveryView.extend({
        body: z.string().meta({ description: 'To the byte as it was sent last, or would be now.' }),
        log: z.array(tryView),
      }),
    })
    .meta({ id: 'WebhookDeliveryResponse' }),
  failures: [notFound],

  async handle({ app, params: { webhookID, deliveryID }, fail }, deps) {
    const row = (await findDelivery(deps.db, app.id, webhookID, deliveryID)) ?? fail(notFound)
    const lane = await findLane(deps.db, app.id, webhookID)
    const tries = await listTries(deps.db, app.id, deliveryID)
    const { body } = letterOf(row, tries.at(-1)?.at ?? deps.now())
    return { body: { delivery: { ...viewDelivery(row, lane?.due_at ?? null), body, log: tries.map(viewTry) } } }
  },
})

export const replay = endpoint({
  ...common,
  method: 'POST',
  path: `${LOG}/{deliveryID}/replay`,
  permission: 'webhooks:replay',
  operationId: 'replayWebhookDelivery',
  summary:
    'Send a delivery again now, under its id and with `"replayed": true`, whether the webhook is active or not. It says nothing of its health',
  params: deliveryParams,
  response: z.object({ delivery: deliveryView, try: tryView }).meta({ id: 'ReplayWebhookDeliveryResponse' }),
  failures: [notFound, failure.webhook_is_pulled, accessFailure.rate_limited],

  async handle({ app, params: { webhookID, deliveryID }, fail }, deps) {
    const webhook = (await findWebhook(deps.db, app.id, webhookID)) ?? fail(notFound)
    const before = (await findDelivery(deps.db, app.id, webhookID, deliveryID)) ?? fail(notFound)
    if (webhook.kind === 'pull') return fail(failure.webhook_is_pulled)
    const answered = await byHand(deps, app.id, fail, () => replayNow(deps, webhook, before))
    const row = (await findDelivery(deps.db, app.id, webhookID, deliveryID)) ?? fail(notFound)
    const lane = await findLane(deps.db, app.id, webhookID)
    return { body: { delivery: viewDelivery(row, lane?.due_at ?? null), try: viewAnswered(answered) } }
  },
})

export const bulkReplay = endpoint({
  ...common,
  method: 'POST',
  path: `${ONE}/replay`,
  permission: 'webhooks:replay',
  operationId: 'replayWebhook',
  summary: 'Send again what a webhook did not take, and what it never got because it was inactive',
  params: webhookParams,
  body: z.object({
    since: z.iso.datetime({ offset: true }),
    until: z.iso.datetime({ offset: true }).optional(),
    events: eventTypes.optional(),
    only_failed: z.boolean().default(true).meta({ description: 'Whether what was taken is left alone.' }),
  }),
  response: z
    .object({
      count: z.int().meta({
        description: 'Events that are sent: of 10 000 deliveries and 10 000 missed events at most. Ask again for more.',
      }),
    })
    .meta({ id: 'ReplayWebhookResponse' }),
  status: 202,
  failures: [universal.invalid_request, notFound, failure.webhook_is_pulled],

  async handle({ app, params: { webhookID }, body, fail }, deps) {
    const webhook = (await findWebhook(deps.db, app.id, webhookID)) ?? fail(notFound)
    if (webhook.kind === 'pull') return fail(failure.webhook_is_pulled)
    const { since, until, events, only_failed: onlyFailed } = body
    const which = { since: Date.parse(since), until: msOf(until) ?? deps.now(), events, onlyFailed }
    return { body: { count: await deps.transact((tx) => replayAll(tx, deps, webhook, which)) } }
  },
})
