import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { wakeLanes } from '../../platform/jobs/lanes.ts'
import { type Answered, letterOf, send } from './send.ts'
import { noteTry } from './settle.ts'
import { updateDelivery } from './store/deliveries.ts'
import { holdLane } from './store/lanes.ts'
import { reopen } from './store/log.ts'
import { enqueueMissed } from './store/queue.ts'
import type { DeliveryRow, WebhookRow } from './tables.ts'
import { eventsOf } from './webhook.ts'

/** Send a delivery again now, whatever the state of its webhook, whose health this says nothing of. */
export async function replayNow(deps: Deps, webhook: WebhookRow, delivery: DeliveryRow): Promise<Answered> {
  const again = { ...delivery, replayed: 1 }
  const answered = await send(deps, webhook, letterOf(again, deps.now()))
  await deps.transact(async (tx) => {
    await holdLane(tx, webhook.app_id, webhook.id)
    await noteTry(tx, delivery, answered)
    const isTaken = answered.tried.kind === 'taken' && delivery.status !== 'halved'
    await updateDelivery(tx, delivery, {
      replayed: 1,
      ...(isTaken && { status: 'delivered', done_at: deps.now() }),
    })
  })
  return answered
}

const MOST_DELIVERIES = 10_000
const MOST_MISSED = 10_000

export interface BulkReplay {
  /** Unix ms. */
  readonly since: number
  readonly until: number
  /** Of these types alone; all of the webhook's by default. */
  readonly events: readonly string[] | undefined
  readonly onlyFailed: boolean
}

/**
 * Send again what a webhook did not take in this time, or all of it, and what it never got because it was paused. Answers how many events; not
 * more than ten thousand deliveries and ten thousand missed events at once.
 */
export async function replayAll(
  tx: Tx,
  deps: Deps,
  webhook: WebhookRow,
  { since, until, events, onlyFailed }: BulkReplay,
): Promise<number> {
  const { app_id, id } = webhook
  await holdLane(tx, app_id, id)
  const statuses = onlyFailed ? (['pending', 'stuck'] as const) : (['pending', 'stuck', 'delivered'] as const)
  const again = await reopen(tx, app_id, id, { statuses, since, until, types: events }, MOST_DELIVERIES)
  const types = eventsOf(webhook).filter((type) => events === undefined || events.includes(type))
  const missed = types.length === 0 ? 0 : await enqueueMissed(tx, app_id, id, { types, since, until }, MOST_MISSED)
  wakeLanes(deps)
  return again + missed
}
