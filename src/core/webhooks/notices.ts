import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { noticesDue, pausesAt } from './retry.ts'
import { updateLane } from './store/lanes.ts'
import type { LaneRow, PausedReason, WebhookRow } from './tables.ts'
import { tellOperator } from './tell-operator.ts'

type Failing = Pick<LaneRow, 'app_id' | 'webhook_id' | 'notices'> & { readonly failing_since: number }

/** Tell whoever runs the application that a webhook fails: after an hour, a day and a week, through another channel than the one that fails. */
export async function tellFailing(tx: Tx, deps: Deps, { url }: WebhookRow, lane: Failing, now: number): Promise<void> {
  const due = noticesDue(lane.failing_since, now)
  if (due <= lane.notices) return
  await updateLane(tx, lane.app_id, lane.webhook_id, { notices: due })
  const since = rfc3339(lane.failing_since)
  const end = rfc3339(pausesAt(lane.failing_since))
  await tellOperator(
    tx,
    deps,
    lane.app_id,
    `The webhook ${url} has taken nothing since ${since}. It is paused on ${end} unless it does.`,
  )
}

const WHY: Readonly<Record<Exclude<PausedReason, 'deactivated'>, string>> = {
  failing: 'it took nothing for fourteen days',
  gone: 'it answered 410',
  overfull: 'more events wait for it than it will ever take',
}

/** Tell that a webhook was paused. */
export const tellPaused = (
  tx: Tx,
  deps: Deps,
  { app_id, url }: Pick<WebhookRow, 'app_id' | 'url'>,
  reason: Exclude<PausedReason, 'deactivated'>,
): Promise<void> =>
  tellOperator(
    tx,
    deps,
    app_id,
    `The webhook ${url} is paused, for ${WHY[reason]}. What waits is kept for thirty days.`,
  )
