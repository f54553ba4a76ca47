import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { emit } from '../events/store.ts'
import { tellPaused } from './notices.ts'
import { updateLane } from './store/lanes.ts'
import { pauseWebhook } from './store/webhooks.ts'
import type { LaneRow, PausedReason, WebhookRow } from './tables.ts'

/** End deliveries by ourselves, and tell the other webhooks. What waits stays until it is thirty days old. */
export async function pause(
  tx: Tx,
  deps: Deps,
  webhook: Pick<WebhookRow, 'app_id' | 'id'>,
  lane: Pick<LaneRow, 'failing_since'>,
  reason: Exclude<PausedReason, 'deactivated'>,
): Promise<boolean> {
  const { app_id, id } = webhook
  const now = deps.now()
  const paused = await pauseWebhook(tx, app_id, id, reason, now)
  if (!paused) return false
  await updateLane(tx, app_id, id, { due_at: null })
  await emit(tx, deps, app_id, 'webhook.paused', {
    webhook_id: id,
    url: paused.url,
    reason,
    ...(lane.failing_since !== null && { failing_since: rfc3339(lane.failing_since) }),
    paused_at: rfc3339(now),
  })
  await tellPaused(tx, deps, paused, reason)
  deps.log.warn({ app_id, webhook_id: id, reason }, 'a webhook is paused')
  return true
}
