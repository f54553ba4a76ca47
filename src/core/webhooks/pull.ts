import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Item } from './body.ts'
import { freezeNext } from './freeze.ts'
import { commitUpTo, listBehind } from './store/deliveries.ts'
import { holdLane, updateLane } from './store/lanes.ts'
import type { DeliveryRow, WebhookRow } from './tables.ts'
import { optionsOf } from './webhook.ts'

/**
 * The events behind a sequence in their order, `limit` at most, and whether there are more. What was not numbered yet is numbered now. Nothing that
 * was committed is read again.
 */
export async function readEvents(
  tx: Tx,
  deps: Deps,
  webhook: WebhookRow,
  after: number,
  limit: number,
): Promise<{ events: Item[]; more: boolean } | undefined> {
  const { app_id, id } = webhook
  const lane = await holdLane(tx, app_id, id)
  if (!lane) return undefined
  const behind = Math.max(after, lane.committed)
  const deliveries = await listBehind(tx, app_id, id, behind, limit + 1)
  let next = lane.next_sequence
  while (countBehind(deliveries, behind) <= limit) {
    const frozen = await freezeNext(tx, deps, { ...lane, next_sequence: next }, optionsOf(webhook).max_batch)
    if (!frozen) break
    next = frozen.nextSequence
    deliveries.push(frozen.delivery)
  }
  const events = deliveries.flatMap((delivery) => JSON.parse(delivery.events) as Item[])
  const wanted = events.filter(({ sequence }) => sequence > behind)
  return { events: wanted.slice(0, limit), more: wanted.length > limit }
}

/** The delivery with the first event that was not committed, numbered now if it was not yet; undefined while there is none. */
export async function nextDelivery(tx: Tx, deps: Deps, webhook: WebhookRow): Promise<DeliveryRow | undefined> {
  const { app_id, id } = webhook
  const lane = await holdLane(tx, app_id, id)
  if (!lane) return undefined
  const [open] = await listBehind(tx, app_id, id, lane.committed, 1)
  return open ?? (await freezeNext(tx, deps, lane, optionsOf(webhook).max_batch))?.delivery
}

const countBehind = (deliveries: readonly DeliveryRow[], behind: number) =>
  deliveries.reduce((sum, { last_sequence, first_sequence }) => {
    return sum + Math.max(0, last_sequence - Math.max(behind, first_sequence - 1))
  }, 0)

/**
 * Note that everything up to a sequence was taken. Answers up to where by now, which never goes back; `unknown` for one that no event has yet.
 */
export async function commit(
  tx: Tx,
  deps: Deps,
  { app_id, id }: WebhookRow,
  sequence: number,
): Promise<number | 'unknown' | undefined> {
  const lane = await holdLane(tx, app_id, id)
  if (!lane) return undefined
  if (sequence >= lane.next_sequence) return 'unknown'
  if (sequence <= lane.committed) return lane.committed
  const now = deps.now()
  await updateLane(tx, app_id, id, { committed: sequence, last_success_at: now })
  await commitUpTo(tx, app_id, id, sequence, now)
  return sequence
}
