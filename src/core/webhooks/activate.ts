import { decodeJson } from '../../crypto/json.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { wakeLanes } from '../../platform/jobs/lanes.ts'
import { NETWORK_CAUSES } from '../../platform/network-cause.ts'
import type { OutboundFailure } from '../../platform/safe-fetch.ts'
import { hastenOpen } from './store/deliveries.ts'
import { updateLane } from './store/lanes.ts'
import { findWebhook, putSubscriptions, swapWebhook } from './store/webhooks.ts'
import type { WebhookRow } from './tables.ts'
import { eventsOf, openToken } from './webhook.ts'

const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 16 * 1024

/** Ask the endpoint whether it wants the events. Answers why not; undefined when it does. */
export async function challenge(deps: Deps, webhook: WebhookRow): Promise<string | undefined> {
  const token = openToken(deps, webhook)
  if (token === undefined) return 'The verification token was sealed with another master key. Set it again.'
  const number = Buffer.from(deps.random(4)).readUInt32BE() >>> 1
  const url = new URL(webhook.url)
  url.searchParams.set('event', 'activate')
  url.searchParams.set('verification_token', token)
  url.searchParams.set('challenge', String(number))
  url.searchParams.set('app_id', webhook.app_id)
  const headers = { accept: 'application/json', 'user-agent': 'Antiphon-Webhooks' }
  const request = { method: 'GET' as const, url: url.href, headers, timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES }
  const answer = await deps.fetch(request)
  if (answer.kind === 'failed') return `It could not be asked: ${reasonOf(answer)}.`
  if (answer.status !== 200) return `It answered ${answer.status}, and not 200.`
  const json = decodeJson(answer.body) as { challenge?: unknown } | undefined
  if (typeof json !== 'object' || json === null) return 'Its answer is no JSON object.'
  return json.challenge === number ? undefined : 'Its answer does not repeat the challenge as a number.'
}

const reasonOf = ({ reason, cause }: OutboundFailure): string =>
  cause ? `${reason}, ${NETWORK_CAUSES[cause]}` : reason

/**
 * Let a webhook have events from now on; what waits for it is sent at once. Undefined when it is gone, or its URL was changed since it was `seen`.
 */
export async function activate(tx: Tx, deps: Deps, seen: WebhookRow): Promise<WebhookRow | undefined> {
  const { app_id, id } = seen
  const now = await findWebhook(tx, app_id, id)
  if (now?.url_hash !== seen.url_hash || now.sealed_token !== seen.sealed_token) return undefined
  const active = await swapWebhook(tx, now, { active: 1, paused_reason: null }, deps.now())
  if (!active) return undefined
  await putSubscriptions(tx, app_id, id, eventsOf(active))
  await updateLane(tx, app_id, id, { strikes: 0, due_at: null, failing_since: null, notices: 0 })
  await hastenOpen(tx, app_id, id)
  wakeLanes(deps)
  return active
}
