import type { z } from 'zod'
import { findSigningKeys, listPublishedKeys } from '../../core/signing-keys/keyring.ts'
import type { Item } from '../../core/webhooks/body.ts'
import { pausesAt } from '../../core/webhooks/retry.ts'
import type { Answered } from '../../core/webhooks/send.ts'
import { standardKeyOf } from '../../core/webhooks/standard.ts'
import { findLane } from '../../core/webhooks/store/lanes.ts'
import { countUnsent, findOldestOpen } from '../../core/webhooks/store/log.ts'
import { countWaiting, findOldestWaiting } from '../../core/webhooks/store/queue.ts'
import type { DeliveryRow, LaneRow, TryRow, WebhookRow } from '../../core/webhooks/tables.ts'
import { eventsOf, optionsOf } from '../../core/webhooks/webhook.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import type { deliveryView, tryView, webhookDetails, webhookView } from './wire.ts'

/** A member with a time, unless there is none. */
const at = <K extends string>(name: K, ms: number | null | undefined) =>
  (ms === null || ms === undefined ? {} : { [name]: rfc3339(ms) }) as { [N in K]?: string }

type Status = z.output<typeof webhookView>['status']

/** What a log of changes is told of a webhook, but for what `withoutToken` leaves out. */
export const toldOf = (row: WebhookRow) => ({
  url: row.url,
  events: eventsOf(row),
  options: optionsOf(row),
  active: row.active === 1,
  verification_token: row.sealed_token,
})

export const withoutToken = ({ verification_token: _, ...shown }: ReturnType<typeof toldOf>) => shown

/** How a webhook is, in a word. */
export function statusOf(row: Pick<WebhookRow, 'active' | 'paused_reason'>, failingSince: number | null): Status {
  if (row.active === 1) return failingSince === null ? 'healthy' : 'failing'
  return row.paused_reason === null || row.paused_reason === 'deactivated' ? 'inactive' : 'paused'
}

export function viewOf(row: WebhookRow, lane: LaneRow): z.input<typeof webhookView> {
  const failing = row.active === 1 ? lane.failing_since : null
  return {
    id: row.id,
    kind: row.kind,
    ...(row.kind === 'push' && { url: row.url }),
    events: eventsOf(row),
    active: row.active === 1,
    status: statusOf(row, lane.failing_since),
    ...(row.paused_reason !== null && { paused_reason: row.paused_reason }),
    options: optionsOf(row),
    ...(lane.last_http_code !== null && { last_http_code: lane.last_http_code }),
    ...at('last_http_code_date', lane.last_http_code_at),
    ...at('failing_since', lane.failing_since),
    ...at('pauses_at', failing === null ? null : pausesAt(failing)),
    ...at('last_success_at', lane.last_success_at),
    ...at('next_try_at', failing === null ? null : lane.due_at),
    created_at: rfc3339(row.created_at),
    updated_at: rfc3339(row.updated_at),
  }
}

const MOST_COUNTED = 100_000

/** Everything that is known of a webhook. */
export async function detailsOf(deps: Deps, row: WebhookRow): Promise<z.input<typeof webhookDetails> | undefined> {
  const { app_id, id } = row
  const lane = await findLane(deps.db, app_id, id)
  if (!lane) return undefined
  const [queued, open, stuck, first, frozen] = await Promise.all([
    countWaiting(deps.db, app_id, id, MOST_COUNTED),
    countUnsent(deps.db, app_id, id, 'pending'),
    countUnsent(deps.db, app_id, id, 'stuck'),
    findOldestWaiting(deps.db, app_id, id),
    findOldestOpen(deps.db, app_id, id),
  ])
  return {
    ...viewOf(row, lane),
    waiting: queued + open,
    ...at('oldest_waiting_at', oldestOf(first, frozen)),
    stuck,
    last_sequence: lane.next_sequence - 1,
    ...(row.kind === 'pull' && { committed: lane.committed }),
    ...(optionsOf(row).standard_webhooks && { standard_webhooks_keys: await standardKeys(deps, app_id) }),
  }
}

/** What was frozen says itself when its first event happened. */
function oldestOf(queued: number | undefined, frozen: DeliveryRow | undefined): number | null {
  const [event] = frozen ? (JSON.parse(frozen.events) as Item[]) : []
  const times = [...(queued === undefined ? [] : [queued]), ...(event ? [Date.parse(event.created_at)] : [])]
  return times.length === 0 ? null : Math.min(...times)
}

async function standardKeys(deps: Deps, appId: string): Promise<string[]> {
  const kids = (await findSigningKeys(deps, appId, 'webhook', 'EdDSA')).map(({ kid }) => kid)
  const published = await listPublishedKeys(deps, appId, ['webhook'])
  return kids.flatMap((kid) => {
    const jwk = published.find((one) => one.kid === kid)
    return jwk && 'x' in jwk ? standardKeyOf(String(jwk.x)) : []
  })
}

/** `laneDueAt`: before which its lane sends nothing. */
export function viewDelivery(row: DeliveryRow, laneDueAt: number | null): z.input<typeof deliveryView> {
  const items = JSON.parse(row.events) as Item[]
  const due = Math.max(row.due_at, laneDueAt ?? 0)
  return {
    id: row.id,
    status: row.status,
    events: items.map(({ id, type, sequence }) => ({ id, type, sequence })),
    tries: row.tries,
    ...at('next_try_at', row.status === 'pending' && due > 0 ? due : null),
    ...(row.last_http_code !== null && { last_http_code: row.last_http_code }),
    ...(row.last_duration_ms !== null && { last_duration_ms: row.last_duration_ms }),
    replayed: row.replayed === 1,
    created_at: rfc3339(row.created_at),
    ...at('done_at', row.done_at),
  }
}

export const viewTry = (row: TryRow): z.input<typeof tryView> => ({
  at: rfc3339(row.at),
  duration_ms: row.duration_ms,
  ...(row.http_code !== null && { http_code: row.http_code }),
  ...(row.reason !== null && { reason: row.reason }),
  answer: row.answer,
})

export const viewAnswered = ({ at: sentAt, durationMs, status, reason, text }: Answered): z.input<typeof tryView> => ({
  at: rfc3339(sentAt),
  duration_ms: durationMs,
  ...(status !== undefined && { http_code: status }),
  ...(reason !== null && { reason }),
  answer: text,
})
