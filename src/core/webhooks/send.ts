import { signBodyAside } from '../../crypto/webhook-signature.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { NETWORK_CAUSES } from '../../platform/network-cause.ts'
import type { OutboundFailure } from '../../platform/safe-fetch.ts'
import { findSigningKey, findSigningKeys } from '../signing-keys/keyring.ts'
import { bodyOf } from './body.ts'
import { judgeAnswer, type Tried } from './retry.ts'
import { standardHeaders } from './standard.ts'
import type { DeliveryRow, WebhookRow } from './tables.ts'
import { optionsOf } from './webhook.ts'

const TIMEOUT_MS = 10_000
const KEPT_BYTES = 1024

/** What a try was answered. */
export interface Answered {
  readonly tried: Tried
  /** Unix ms. */
  readonly at: number
  readonly durationMs: number
  /** Undefined when nothing was answered. */
  readonly status: number | undefined
  /** Why it was not taken, in a sentence; null when it was. */
  readonly reason: string | null
  /** The first KiB of the answer. */
  readonly text: string
}

/** What a try sends. `at`: when, Unix ms, as the body says it. */
export interface Letter {
  readonly deliveryId: string
  readonly at: number
  readonly body: string
}

/** A delivery as it is sent at a time. */
export const letterOf = (delivery: Pick<DeliveryRow, 'app_id' | 'id' | 'events' | 'replayed'>, at: number): Letter => ({
  deliveryId: delivery.id,
  at,
  body: bodyOf(delivery, { sentAt: rfc3339(at), replayed: delivery.replayed === 1 }),
})

/** What goes before a letter: its signature, made anew for each try. */
export async function headersOf(
  deps: Deps,
  webhook: WebhookRow,
  { deliveryId, at, body }: Letter,
): Promise<Record<string, string>> {
  const { kid, key } = await findSigningKey(deps, webhook.app_id, 'webhook', 'PS256')
  const standard = optionsOf(webhook).standard_webhooks
    ? standardHeaders(await findSigningKeys(deps, webhook.app_id, 'webhook', 'EdDSA'), deliveryId, at, body)
    : {}
  return {
    'content-type': 'application/json',
    'user-agent': 'Antiphon-Webhooks',
    'x-webhook-signature': `rsassa-pss-sha256=${await signBodyAside(key, body)}`,
    'x-webhook-signature-key-id': kid,
    'x-webhook-delivery': deliveryId,
    ...standard,
  }
}

/** Send a letter, signed. Never inside a transaction. */
export async function send(deps: Deps, webhook: WebhookRow, letter: Letter): Promise<Answered> {
  const { at, body } = letter
  const headers = await headersOf(deps, webhook, letter)
  const begun = deps.monotonic()
  const outcome = await deps.fetch({
    method: 'POST',
    url: webhook.url,
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    body,
    timeoutMs: TIMEOUT_MS,
    maxBytes: KEPT_BYTES,
    cutsAnswer: true,
    carriesTrace: true,
  })
  const durationMs = Math.round(deps.monotonic() - begun)
  const when = { at, durationMs }
  if (outcome.kind === 'failed') {
    return { ...when, tried: { kind: 'failed' }, status: undefined, reason: whyNot(outcome), text: '' }
  }
  const { status, body: bytes } = outcome
  const answer = { status, retryAfter: outcome.headers['retry-after'] }
  const tried = judgeAnswer(answer, optionsOf(webhook).accept_2xx, at)
  return { ...when, tried, status, reason: reasonOf(tried, status), text: textOf(bytes) }
}

const REASONS = {
  bad_url: 'The URL is not one that may be called: it must be https.',
  private_address: 'The URL leads to a private address, which may not be called.',
  timeout: 'It did not answer within ten seconds.',
  too_large: 'Its answer was too long.',
  network: 'It could not be reached: no name, no connection, or a certificate that is not valid.',
} as const

const whyNot = ({ reason, cause }: OutboundFailure): string =>
  cause ? `It could not be reached: ${NETWORK_CAUSES[cause]}.` : REASONS[reason]

function reasonOf({ kind }: Tried, status: number): string | null {
  if (kind === 'taken') return null
  if (kind === 'gone') return 'It answered 410: it wants no more.'
  if (kind === 'later') return `It answered ${status} and how long to wait.`
  if (status >= 300 && status <= 399) return `It answered ${status}: redirects are not followed.`
  return `It answered ${status}.`
}

/** No database keeps a zero byte in a text. */
const textOf = (bytes: Buffer) => bytes.toString('utf8').replaceAll('\0', '\u{FFFD}')
