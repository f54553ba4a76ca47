import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { orderedIds } from '../../platform/ids.ts'
import type { EventRow } from '../events/tables.ts'
import { type Item, itemOf } from './body.ts'
import { DELIVERY_PREFIX, insertDelivery, moveItems, updateDelivery } from './store/deliveries.ts'
import { updateLane } from './store/lanes.ts'
import { deleteWaiting, listWaiting } from './store/queue.ts'
import type { DeliveryRow, ItemRow, LaneRow } from './tables.ts'

/** A delivery is no longer than this, unless one event alone is. */
const MAX_CHARS = 256 * 1024

/**
 * Make a delivery of what waits, `most` events at most, and give each its number. The caller holds the lane: nobody else numbers meanwhile, and
 * what is numbered is numbered for good. Undefined when nothing waits.
 */
export async function freezeNext(
  tx: Tx,
  deps: Deps,
  lane: Pick<LaneRow, 'app_id' | 'webhook_id' | 'next_sequence'>,
  most: number,
): Promise<{ delivery: DeliveryRow; nextSequence: number } | undefined> {
  const { app_id, webhook_id, next_sequence } = lane
  const waiting = await listWaiting(tx, app_id, webhook_id, most)
  const taken = fitting(waiting)
  if (taken.length === 0) return undefined
  await deleteWaiting(
    tx,
    app_id,
    webhook_id,
    taken.map(({ event_id }) => event_id),
  )
  const events = taken.flatMap(({ event }) => event ?? [])
  // All of them were deleted before they were sent: look behind them.
  if (events.length === 0) return await freezeNext(tx, deps, lane, most)
  const delivery = newDelivery(
    deps,
    { app_id, webhook_id },
    events.map((event, i) => itemOf(event, next_sequence + i)),
    { ...UNTRIED, trace: events.find(({ trace }) => trace !== null)?.trace ?? null },
  )
  await insertDelivery(
    tx,
    delivery,
    events.map((event) => itemRow(delivery, event)),
  )
  const nextSequence = next_sequence + events.length
  await updateLane(tx, app_id, webhook_id, { next_sequence: nextSequence })
  return { delivery, nextSequence }
}

/** As many as go into one delivery, one at least. */
function fitting<T extends { readonly event: { readonly payload: string } | null }>(waiting: readonly T[]): T[] {
  let chars = 0
  const over = waiting.findIndex(({ event }, i) => {
    chars += event?.payload.length ?? 0
    return i > 0 && chars > MAX_CHARS
  })
  return over < 0 ? [...waiting] : waiting.slice(0, over)
}

const itemRow = (
  { app_id, webhook_id, id }: DeliveryRow,
  event: Pick<EventRow, 'id' | 'type' | 'user_id'>,
): ItemRow => ({
  app_id,
  webhook_id,
  event_id: event.id,
  delivery_id: id,
  type: event.type,
  user_id: event.user_id,
})

const UNTRIED = { strikes: 0, first_failed_at: null, replayed: 0 }

function newDelivery(
  deps: Deps,
  of: Pick<DeliveryRow, 'app_id' | 'webhook_id'>,
  items: readonly Item[],
  origin: Pick<DeliveryRow, 'strikes' | 'first_failed_at' | 'replayed' | 'trace'>,
): DeliveryRow {
  return {
    app_id: of.app_id,
    id: orderedIds(deps)(DELIVERY_PREFIX),
    webhook_id: of.webhook_id,
    first_sequence: items[0]?.sequence ?? 0,
    last_sequence: items.at(-1)?.sequence ?? 0,
    size: items.length,
    events: JSON.stringify(items),
    status: 'pending',
    alone: 0,
    tries: 0,
    due_at: 0,
    last_http_code: null,
    last_duration_ms: null,
    created_at: deps.now(),
    done_at: null,
    ...origin,
  }
}

/** Put the events of a delivery into two, under ids of their own; the events keep theirs, and their numbers. */
export async function halve(tx: Tx, deps: Deps, delivery: DeliveryRow): Promise<readonly DeliveryRow[]> {
  const items = JSON.parse(delivery.events) as Item[]
  const middle = Math.ceil(items.length / 2)
  const { strikes, first_failed_at, replayed, trace } = delivery
  const halves = [items.slice(0, middle), items.slice(middle)].map((some) => ({
    row: newDelivery(deps, delivery, some, { strikes, first_failed_at, replayed, trace }),
    ids: some.map(({ id }) => id),
  }))
  for (const { row, ids } of halves) {
    await insertDelivery(tx, row, [])
    await moveItems(tx, row, ids)
  }
  await updateDelivery(tx, delivery, { status: 'halved', done_at: deps.now() })
  return halves.map(({ row }) => row)
}
