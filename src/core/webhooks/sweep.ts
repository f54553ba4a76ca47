import { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { pause } from './pause.ts'
import { findLane } from './store/lanes.ts'
import { countWaiting, deleteQueue } from './store/queue.ts'
import { deleteDeliveriesOf, deleteHoursOf, deleteOldDeliveries, deleteOldHours } from './store/sweep.ts'
import { listActive } from './store/webhooks.ts'

const DAY_MS = 86_400_000
const BATCH = 1000
const MOST_WAITING = 1_000_000

export const ERASE_WEBHOOK = 'webhooks/erase'

/** Deletes what a deleted webhook leaves behind. */
export const eraseWebhookJob = job({
  kind: ERASE_WEBHOOK,
  payload: z.object({ webhook_id: z.string() }),
  async run({ webhook_id }, { appId }, deps) {
    while ((await deps.transact((tx) => deleteQueue(tx, appId, webhook_id, BATCH))) === BATCH);
    while ((await deps.transact((tx) => deleteDeliveriesOf(tx, appId, webhook_id, BATCH))) === BATCH);
    await deps.transact((tx) => deleteHoursOf(tx, appId, webhook_id))
  },
})

/** Pause the webhooks for which more wait than they will ever take. */
export async function pauseOverfull(deps: Deps, most = MOST_WAITING): Promise<void> {
  for (const webhook of await listActive(deps.db)) {
    if ((await countWaiting(deps.db, webhook.app_id, webhook.id, most)) < most) continue
    const lane = await findLane(deps.db, webhook.app_id, webhook.id)
    await deps.transact((tx) => pause(tx, deps, webhook, { failing_since: lane?.failing_since ?? null }, 'overfull'))
  }
}

export const watchQueuesJob = job({
  kind: 'webhooks/watch-queues',
  payload: z.null(),
  everySeconds: 300,
  run: (_payload, _context, deps) => pauseOverfull(deps),
})

export const webhookSweeps = [
  sweepJob('webhook-deliveries', (tx, now, count) => deleteOldDeliveries(tx, now - 30 * DAY_MS, count)),
  sweepJob('webhook-hours', (tx, now, count) => deleteOldHours(tx, now - 30 * DAY_MS, count)),
]
