import { z } from 'zod'
import { entryOf } from '../core/events/catalogue.ts'
import { EVENT_TYPES, type EventType } from '../core/events/store.ts'
import { termsShape } from '../core/step-up/terms.ts'
import type { HeaderDoc } from '../platform/endpoint.ts'
import type { Call } from '../platform/openapi-calls.ts'
import { idOf } from './cast.ts'

const identifier = z.object({ type: z.enum(['email_address', 'phone_number']), value: z.string() })
const signals = z
  .object({ user_agent: z.string(), platform: z.enum(['WEB', 'ANDROID', 'IOS']), ip: z.string() })
  .meta({ id: 'Signals' })

const record = z
  .object({
    user: z.object({
      external_id: z.string(),
      identifiers: z.array(
        identifier.extend({ verified: z.boolean().optional(), verified_at: z.iso.datetime().optional() }),
      ),
      profile: z.record(z.string(), z.unknown()).optional(),
      scopes: z.array(z.string()).optional(),
      groups: z.array(z.string()).optional(),
      oauth: z
        .array(
          z.object({
            provider: z.enum(['google', 'apple', 'microsoft', 'github', 'okta', 'facebook']),
            subject: z.string(),
          }),
        )
        .optional(),
      password_hash: z.string().optional(),
    }),
  })
  .meta({ id: 'LegacyRecord' })

const signed = (form: string): Readonly<Record<string, HeaderDoc>> => ({
  'X-Webhook-Signature': {
    description: `RSASSA-PSS (SHA-256, salt of 32 bytes) over the bytes of the body, base64url${form === '' ? '' : `, behind \`${form}\``}.`,
    example: `${form}Zr0t3nIuUYx6yq9w1FzB8kq0m1JcVtPa`,
  },
  'X-Webhook-Signature-Key-Id': {
    description: 'Which key of `/.well-known/jwks.json` it is by; one with `alg` `PS256`.',
    example: 'bQ1vXo0mJvVdVnBq1V3jZ0mV',
  },
})

const HOOK = { tag: 'Hooks', headers: signed('') } as const
const NO = '400 to 499, but for 408, 425 and 429: no. Whoever asked is refused.'
const DOUBT = 'Anything else, or nothing within five seconds: nobody was refused, the app may try again.'

const hooks: readonly Call[] = [
  {
    ...HOOK,
    name: 'migrationHook',
    summary: 'Migration hook',
    description:
      'Whose legacy session is this? Asked at `session_validation_url` of the migration configuration when an app exchanges a legacy token.',
    body: z.object({ app_id: z.string(), token: z.string(), dispatch_id: z.string().optional(), signals }),
    answers: {
      200: {
        description: 'The person. A member that cannot be used is left out, and nobody is kept out by it.',
        body: record,
      },
      '4XX': { description: NO },
      default: { description: DOUBT },
    },
  },
  {
    ...HOOK,
    name: 'passwordHook',
    summary: 'Password hook',
    description:
      'Whose password is this? Asked at `password_validation_url` of the password configuration when the password is nobody’s here, until the user has one here.',
    body: z.object({ app_id: z.string(), identifier, password: z.string(), signals }),
    answers: {
      200: { description: 'The person. The password is kept, as a hash of ours.', body: record },
      '4XX': { description: NO },
      default: { description: DOUBT },
    },
  },
  {
    ...HOOK,
    name: 'stepUpHook',
    summary: 'Step-up hook',
    description:
      'May this user have this scope? Asked at `delegation_hook` of a delegated scope in the step-up configuration.',
    body: z.object({
      scope_requested: z.string(),
      user_id: z.string(),
      identifiers: z.array(identifier),
      signals,
      metadata: z.record(z.string(), z.string()),
    }),
    answers: {
      200: { description: 'On which terms.', body: termsShape.meta({ id: 'StepUpTerms' }) },
      default: { description: 'The scope is not granted now, and the event `step_up.hook_failed` says why.' },
    },
  },
  {
    ...HOOK,
    name: 'messageHook',
    summary: 'Message hook',
    description:
      'Deliver this message. Sent to the URL of a message provider of kind `webhook`. `id` stays the same over retries.',
    body: z.object({
      id: z.string(),
      channel: z.enum(['email', 'sms']),
      recipient: z.string(),
      subject: z.string(),
      text: z.string(),
      html: z.string(),
      sender: z.string(),
    }),
    answers: {
      '2XX': { description: 'It is delivered.' },
      '4XX': {
        description: 'But for 408, 409, 425 and 429: this recipient will never be served, and nobody else is tried.',
      },
      default: { description: 'Not now: the next provider is tried, and this one again later.' },
    },
  },
  {
    name: 'webhookActivation',
    tag: 'Hooks',
    summary: 'Activation of a webhook',
    description:
      'Do you want these events? Asked of the URL of a webhook when it is activated. It is not signed: `verification_token` is what you gave.',
    headers: {},
    query: z.object({
      event: z.literal('activate'),
      verification_token: z.string(),
      challenge: z.int(),
      app_id: z.string(),
    }),
    answers: {
      200: { description: 'Yes, if it repeats the challenge, as a number.', body: z.object({ challenge: z.int() }) },
      default: { description: 'No.' },
    },
  },
]

const delivery = (type: EventType, payload: z.ZodType) =>
  z.object({
    app_id: z.string(),
    delivery_id: z.string(),
    sent_at: z.iso.datetime(),
    test: z.literal(true).optional(),
    replayed: z.literal(true).optional(),
    events: z.array(
      z.object({
        id: z.string(),
        type: z.literal(type).meta({ examples: [type] }),
        payload,
        created_at: z.iso.datetime(),
        sequence: z.int(),
      }),
    ),
  })

function eventCall(type: EventType): Call {
  const { summary, schema, sample } = entryOf(type)
  const { correlation_id: _, ...told } = sample
  return {
    name: type,
    tag: 'Events sent',
    summary: type,
    description: `${summary} Sent to webhooks that have this type; a delivery may carry events of several.`,
    headers: {
      ...signed('rsassa-pss-sha256='),
      'X-Webhook-Delivery': { description: 'The same as `delivery_id`.', example: idOf('whd') },
    },
    body: delivery(type, schema.meta({ examples: [told] })),
    answers: {
      200: { description: 'Taken. With the option `accept_2xx`, any 2xx is.' },
      410: { description: 'Gone: the webhook is paused.' },
      default: {
        description:
          'Not taken: it is tried again, at longer and longer intervals. After fourteen days of that the webhook is paused.',
      },
    },
  }
}

/** Every request that we make to servers of an application's own. Made when it is asked for, and not when the server starts. */
export const listCalls = (): readonly Call[] => [...hooks, ...EVENT_TYPES.map(eventCall)]
