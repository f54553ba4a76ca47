import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { settingsOf } from '../../platform/settings.ts'
import { findApplication } from '../applications/store.ts'
import { enqueueMessage } from '../messages/send.ts'
import { OPERATOR_NOTICE } from '../messages/template.ts'
import { noticesDue, pausesAt } from './retry.ts'
import { webhookSettings } from './settings.ts'
import { updateLane } from './store/lanes.ts'
import type { LaneRow, PausedReason, WebhookRow } from './tables.ts'

const DAY_MS = 86_400_000

type Failing = Pick<LaneRow, 'app_id' | 'webhook_id' | 'notices'> & { readonly failing_since: number }

/** Tell whoever runs the application that a webhook fails: after an hour, a day and a week, through another channel than the one that fails. */
export async function tellFailing(tx: Tx, deps: Deps, { url }: WebhookRow, lane: Failing, now: number): Promise<void> {
  const due = noticesDue(lane.failing_since, now)
  if (due <= lane.notices) return
  await updateLane(tx, lane.app_id, lane.webhook_id, { notices: due })
  const since = rfc3339(lane.failing_since)
  const end = rfc3339(pausesAt(lane.failing_since))
  await tell(
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
  tell(tx, deps, app_id, `The webhook ${url} is paused, for ${WHY[reason]}. What waits is kept for thirty days.`)

async function tell(tx: Tx, deps: Deps, appId: string, news: string): Promise<void> {
  const app = await findApplication(tx, appId)
  const recipient = app && settingsOf(app, webhookSettings).notice_address
  if (!recipient) return
  await enqueueMessage(tx, deps, appId, {
    channel: 'email',
    recipient,
    template: OPERATOR_NOTICE,
    values: { news },
    locale: 'en',
    sender: '',
    expiresAt: deps.now() + DAY_MS,
  })
}
