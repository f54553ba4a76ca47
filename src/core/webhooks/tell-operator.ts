import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { settingsOf } from '../../platform/settings.ts'
import { findApplication } from '../applications/store.ts'
import { enqueueMessage } from '../messages/send.ts'
import { OPERATOR_NOTICE } from '../messages/template.ts'
import { webhookSettings } from './settings.ts'

const DAY_MS = 86_400_000

/** Tell whoever runs the application by mail, where it is known who that is: `notice_address`. `news`: a sentence or two. */
export async function tellOperator(tx: Tx, deps: Deps, appId: string, news: string): Promise<void> {
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
