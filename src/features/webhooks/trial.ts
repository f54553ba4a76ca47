import { z } from 'zod'
import { accessFailure, notFound } from '../../core/access/failures.ts'
import { entryOf } from '../../core/events/catalogue.ts'
import { listPublishedKeys } from '../../core/signing-keys/keyring.ts'
import { compareBodies } from '../../core/webhooks/compare.ts'
import { send } from '../../core/webhooks/send.ts'
import { findDelivery } from '../../core/webhooks/store/deliveries.ts'
import { findWebhook } from '../../core/webhooks/store/webhooks.ts'
import { importPublicJwk } from '../../crypto/jwk.ts'
import { verifyBody } from '../../crypto/webhook-signature.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { newId } from '../../platform/ids.ts'
import { byHand } from './by-hand.ts'
import { failure } from './failures.ts'
import { viewAnswered } from './view.ts'
import { common, eventType, ONE, tryView, webhookParams } from './wire.ts'

/** Twice the longest there are, for whoever prints them anew. Others wait while it is looked at. */
const MAX_BODY_BYTES = 1024 * 1024

export const test = endpoint({
  ...common,
  method: 'POST',
  path: `${ONE}/test`,
  permission: 'webhooks:write',
  operationId: 'testWebhook',
  summary: 'Send a sample of an event to a webhook now, with `"test": true`, and say what it answered',
  params: webhookParams,
  body: z.object({ event: eventType }),
  response: z
    .object({ delivered: z.boolean(), body: z.string().meta({ description: 'What was sent.' }), try: tryView })
    .meta({ id: 'TestWebhookResponse' }),
  failures: [universal.invalid_request, notFound, failure.webhook_is_pulled, accessFailure.rate_limited],

  async handle({ app, params: { webhookID }, body: { event }, fail }, deps) {
    const webhook = (await findWebhook(deps.db, app.id, webhookID)) ?? fail(notFound)
    if (webhook.kind === 'pull') return fail(failure.webhook_is_pulled)
    const deliveryId = newId('whd', deps)
    const at = deps.now()
    const created_at = rfc3339(at)
    const item = { id: newId('evt', deps), type: event, payload: entryOf(event).sample, created_at, sequence: 0 }
    const head = { app_id: app.id, delivery_id: deliveryId, sent_at: created_at }
    const body = JSON.stringify({ ...head, test: true, events: [item] })
    const answered = await byHand(deps, app.id, fail, () => send(deps, webhook, { deliveryId, at, body }))
    return { body: { delivered: answered.tried.kind === 'taken', body, try: viewAnswered(answered) } }
  },
})

/** The value of our header, or the signature alone. */
const signatureOf = (text: string) => text.replace(/^rsassa-pss-sha256=/, '')

async function isSigned(deps: Deps, appId: string, body: string, signature: string): Promise<boolean> {
  const published = await listPublishedKeys(deps, appId, ['webhook'])
  return published.some((jwk) => {
    const key = jwk.alg === 'PS256' ? importPublicJwk(jwk) : undefined
    return key !== undefined && verifyBody(key, body, signatureOf(signature))
  })
}

export const verify = endpoint({
  ...common,
  method: 'POST',
  path: `${ONE}/verify`,
  permission: 'webhooks:read',
  operationId: 'verifyWebhookBody',
  audit: { none: 'it compares, and keeps nothing' },
  summary: 'Say whether a body is signed as it says, and where it differs from what was sent',
  params: webhookParams,
  body: z.object({ body: z.string().max(MAX_BODY_BYTES), signature: z.string().max(2048) }),
  maxBodyBytes: 2 * MAX_BODY_BYTES,
  response: z
    .object({
      valid: z.boolean().meta({ description: 'Whether the signature is of this body, by a key of this application.' }),
      delivery_id: z.string().optional().meta({ description: 'Which delivery it is.' }),
      same: z.boolean().optional().meta({ description: 'Whether it is what was sent, byte by byte.' }),
      differs_at: z.int().optional().meta({ description: 'The first character that differs, from 0.' }),
      sent: z.string().optional().meta({ description: 'What was sent there.' }),
      received: z.string().optional().meta({ description: 'What stands there.' }),
      hint: z.string().optional(),
    })
    .meta({ id: 'VerifyWebhookBodyResponse' }),
  failures: [universal.invalid_request, notFound],

  async handle({ app, params: { webhookID }, body: { body, signature }, fail }, deps) {
    if (!(await findWebhook(deps.db, app.id, webhookID))) return fail(notFound)
    const valid = await isSigned(deps, app.id, body, signature)
    const compared = await compareBodies(body, (id) => findDelivery(deps.db, app.id, webhookID, id))
    return { body: { valid, ...compared } }
  },
})
