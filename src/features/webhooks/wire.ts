import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { EVENT_TYPES } from '../../core/events/store.ts'
import { MAX_BATCH, optionsShape } from '../../core/webhooks/webhook.ts'

export const PATH = '/v2/session/apps/{appID}/webhooks'
export const ONE = `${PATH}/{webhookID}`

export const common = { audience: 'management', tag: 'Webhooks', access: managementKey } as const
export const appParams = z.object({ appID: z.string() })
export const webhookParams = appParams.extend({ webhookID: z.string().max(64) })
export const deliveryParams = webhookParams.extend({ deliveryID: z.string().max(64) })

export const eventType = z.enum(EVENT_TYPES)
export const eventTypes = z
  .array(eventType)
  .max(EVENT_TYPES.length)
  .transform((types) => [...new Set(types)])
  .meta({ description: 'Types of events that it gets. `GET …/events/catalogue` describes each.' })

export const url = z
  .url({ protocol: /^https?$/, error: 'is no absolute URL' })
  .max(2048)
  // Operators are told of it by mail: what follows an address there is ours to say.
  .regex(/^[^\s\p{Cc}]+$/u, 'holds white space')
  .refine((text) => !URL.parse(text)?.username && !URL.parse(text)?.password, 'holds credentials')
  .meta({ description: 'Absolute URL; https, unless the server allows private hooks.' })

export const verificationToken = z.string().min(1).max(100).meta({
  description: 'Sent to the URL by the activation, so that it knows who asks. Never shown.',
  writeOnly: true,
})

/** Members to change: what is left out stays. */
export const optionsChange = z.object({
  accept_2xx: z.boolean().optional(),
  standard_webhooks: z.boolean().optional(),
  max_batch: z.int().min(1).max(MAX_BATCH).optional(),
})

const when = (description: string) => z.iso.datetime().optional().meta({ description })

export const webhookView = z
  .object({
    id: z.string(),
    kind: z.enum(['push', 'pull']),
    url: z.string().optional(),
    events: z.array(z.string()),
    active: z.boolean(),
    status: z.enum(['inactive', 'healthy', 'failing', 'paused']).meta({
      description:
        '`failing` since its last try failed; `paused` when it was ended by the server, see `paused_reason`.',
    }),
    paused_reason: z.enum(['deactivated', 'failing', 'gone', 'overfull']).optional(),
    options: optionsShape,
    last_http_code: z.int().optional(),
    last_http_code_date: when('When that was answered.'),
    failing_since: when('Since when nothing was taken.'),
    pauses_at: when('When it is paused unless something is taken before.'),
    last_success_at: when('When something was taken last.'),
    next_try_at: when('When it is tried again.'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Webhook' })

export const webhookDetails = webhookView
  .extend({
    waiting: z.int().meta({ description: 'Events that wait, counted up to 100 000.' }),
    oldest_waiting_at: when('When the oldest event that waits happened.'),
    stuck: z.int().meta({
      description: 'Events set aside, for they alone were never taken; counted up to 1 000. Replay them.',
    }),
    last_sequence: z.int().meta({ description: 'Of the last event that was numbered; 0 for none.' }),
    committed: z.int().optional().meta({ description: 'Up to where a webhook that is pulled has taken its events.' }),
    standard_webhooks_keys: z.array(z.string()).optional().meta({
      description: 'Keys that verify the headers of Standard Webhooks, the one that signs first.',
    }),
  })
  .meta({ id: 'WebhookDetails' })

export const webhookResponse = z.object({ webhook: webhookDetails }).meta({ id: 'WebhookResponse' })

const itemView = z.object({ id: z.string(), type: z.string(), sequence: z.int() })

export const deliveryView = z
  .object({
    id: z.string(),
    status: z.enum(['pending', 'delivered', 'halved', 'stuck']).meta({
      description:
        '`halved`: it failed three times, and its events went on in two others. `stuck`: its one event was never taken, while others were.',
    }),
    events: z.array(itemView),
    tries: z.int(),
    next_try_at: when('When it is tried again.'),
    last_http_code: z.int().optional(),
    last_duration_ms: z.int().optional(),
    replayed: z.boolean(),
    created_at: z.iso.datetime(),
    done_at: when('When it was taken, halved or set aside.'),
  })
  .meta({ id: 'WebhookDelivery' })

export const tryView = z
  .object({
    at: z.iso.datetime(),
    duration_ms: z.int(),
    http_code: z.int().optional(),
    reason: z.string().optional().meta({ description: 'Why it was not taken.' }),
    answer: z.string().meta({ description: 'The first KiB of the answer, as anybody wrote it: escape it.' }),
  })
  .meta({ id: 'WebhookTry' })

export const item = z
  .object({
    id: z.string(),
    type: z.string(),
    payload: z.record(z.string(), z.unknown()),
    created_at: z.iso.datetime(),
    sequence: z.int().meta({ description: 'Consecutive per webhook: a gap is a loss, or an event set aside.' }),
  })
  .meta({ id: 'WebhookEvent' })
