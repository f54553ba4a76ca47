import { z } from 'zod'
import { accessFailure, notFound } from '../../core/access/failures.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { activate, challenge } from '../../core/webhooks/activate.ts'
import {
  claimUrl,
  findWebhook,
  pauseWebhook,
  putSubscriptions,
  swapWebhook,
} from '../../core/webhooks/store/webhooks.ts'
import type { WebhookRow } from '../../core/webhooks/tables.ts'
import { eventsOf, optionsOf, sealToken } from '../../core/webhooks/webhook.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { newId } from '../../platform/ids.ts'
import { byHand } from './by-hand.ts'
import { failure } from './failures.ts'
import { detailsOf, toldOf, withoutToken } from './view.ts'
import { problemOfUrl, urlHashOf } from './webhooks.ts'
import {
  common,
  eventType,
  eventTypes,
  ONE,
  optionsChange,
  url,
  verificationToken,
  webhookParams,
  webhookResponse,
} from './wire.ts'

/** Change a webhook as it is at the time, however many do. Undefined when there is none. */
async function change(
  tx: Tx,
  deps: Deps,
  appId: string,
  id: string,
  decide: (row: WebhookRow) => Partial<WebhookRow>,
): Promise<WebhookRow | undefined> {
  for (;;) {
    const seen = await findWebhook(tx, appId, id)
    if (!seen) return undefined
    const changed = await swapWebhook(tx, seen, decide(seen), deps.now())
    if (!changed) continue
    tellChange(deps, { before: toldOf(seen), after: toldOf(changed), shown: withoutToken })
    await putSubscriptions(tx, appId, id, changed.active === 1 ? eventsOf(changed) : [])
    return changed
  }
}

const changeBody = z
  .object({
    url: url.optional(),
    verification_token: verificationToken.optional(),
    events: eventTypes.optional(),
    options: optionsChange.optional(),
    force: z.boolean().default(false),
  })
  .meta({ id: 'WebhookChange' })

/** A URL that is another one is asked anew whether it wants the events. */
function decideChange(deps: Deps, row: WebhookRow, given: z.output<typeof changeBody>): Partial<WebhookRow> {
  const { url: to, verification_token: token, events, options } = given
  const moves = to !== undefined && to !== row.url
  return {
    ...(moves && { url: to, url_hash: urlHashOf(to), twin: given.force ? row.id : '', active: 0, paused_reason: null }),
    ...(token !== undefined && { sealed_token: sealToken(deps, row.app_id, row.id, token) }),
    ...(events && { events: JSON.stringify(events) }),
    ...(options && { options: JSON.stringify({ ...optionsOf(row), ...options }) }),
  }
}

export const update = endpoint({
  ...common,
  method: 'PATCH',
  path: ONE,
  permission: 'webhooks:write',
  operationId: 'updateWebhook',
  summary: 'Change members of a webhook. With another URL it is inactive until it is activated again',
  params: webhookParams,
  body: changeBody,
  response: webhookResponse,
  failures: [universal.invalid_request, notFound, failure.webhook_url_exists, failure.webhook_is_pulled],

  async handle({ app, params: { webhookID }, body, fail }, deps) {
    const problem = body.url === undefined ? undefined : problemOfUrl(body.url, deps.config)
    if (problem) return fail(universal.invalid_request, { message: problem })
    const before = (await findWebhook(deps.db, app.id, webhookID)) ?? fail(notFound)
    if (before.kind === 'pull' && (body.url ?? body.verification_token) !== undefined)
      return fail(failure.webhook_is_pulled)
    const changed = await deps.transact(async (tx) => {
      const hash = body.url === undefined ? before.url_hash : urlHashOf(body.url)
      const isFree = hash === before.url_hash || body.force || (await claimUrl(tx, before, hash, newId('web', deps)))
      if (!isFree) return 'url_exists'
      return await change(tx, deps, app.id, webhookID, (row) => decideChange(deps, row, body))
    })
    if (changed === 'url_exists') return fail(failure.webhook_url_exists)
    return { body: { webhook: (changed && (await detailsOf(deps, changed))) ?? fail(notFound) } }
  },
})

const eventBody = z.object({ event: eventType })

export const addEvent = endpoint({
  ...common,
  method: 'POST',
  path: `${ONE}/events`,
  permission: 'webhooks:write',
  operationId: 'addWebhookEvent',
  summary: 'Let a webhook have one more type of events',
  params: webhookParams,
  body: eventBody,
  response: webhookResponse,
  status: 201,
  failures: [universal.invalid_request, notFound],

  async handle({ app, params, body: { event }, fail }, deps) {
    const changed = await deps.transact((tx) =>
      change(tx, deps, app.id, params.webhookID, (row) => ({
        events: JSON.stringify([...new Set([...eventsOf(row), event])]),
      })),
    )
    return { body: { webhook: (changed && (await detailsOf(deps, changed))) ?? fail(notFound) } }
  },
})

export const removeEvent = endpoint({
  ...common,
  method: 'DELETE',
  path: `${ONE}/events`,
  permission: 'webhooks:write',
  operationId: 'removeWebhookEvent',
  summary: 'Take a type of events from a webhook. What waits of it is still sent',
  params: webhookParams,
  body: eventBody,
  response: webhookResponse,
  failures: [universal.invalid_request, notFound],

  async handle({ app, params, body: { event }, fail }, deps) {
    const changed = await deps.transact((tx) =>
      change(tx, deps, app.id, params.webhookID, (row) => ({
        events: JSON.stringify(eventsOf(row).filter((type) => type !== event)),
      })),
    )
    return { body: { webhook: (changed && (await detailsOf(deps, changed))) ?? fail(notFound) } }
  },
})

export const activation = endpoint({
  ...common,
  method: 'POST',
  path: `${ONE}/activate`,
  permission: 'webhooks:write',
  operationId: 'activateWebhook',
  summary: 'Ask the URL whether it wants the events, and let it have them from now on. What waits is sent at once',
  params: webhookParams,
  response: webhookResponse,
  failures: [notFound, failure.webhook_challenge_failed, accessFailure.rate_limited],

  async handle({ app, params: { webhookID }, fail }, deps) {
    const row = (await findWebhook(deps.db, app.id, webhookID)) ?? fail(notFound)
    const problem = row.kind === 'push' ? await byHand(deps, app.id, fail, () => challenge(deps, row)) : undefined
    if (problem) {
      return fail(failure.webhook_challenge_failed, { message: `The URL did not answer the challenge. ${problem}` })
    }
    const active = await deps.transact((tx) => activate(tx, deps, row))
    return { body: { webhook: (active && (await detailsOf(deps, active))) ?? fail(notFound) } }
  },
})

export const deactivation = endpoint({
  ...common,
  method: 'POST',
  path: `${ONE}/deactivate`,
  permission: 'webhooks:write',
  operationId: 'deactivateWebhook',
  summary: 'Let a webhook have no more events. What waits stays, and is sent when it is activated again',
  params: webhookParams,
  response: webhookResponse,
  failures: [notFound],

  async handle({ app, params: { webhookID }, fail }, deps) {
    const row = await deps.transact(
      async (tx) =>
        (await pauseWebhook(tx, app.id, webhookID, 'deactivated', deps.now())) ??
        (await findWebhook(tx, app.id, webhookID)),
    )
    return { body: { webhook: (row && (await detailsOf(deps, row))) ?? fail(notFound) } }
  },
})
