import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { sendMessageJob } from './send.ts'
import { messageSettings } from './settings.ts'
import { deleteOldMessages, failOverdueMessages } from './store.ts'
import { messageMigrations } from './tables.ts'

const DAY_MS = 86_400_000

import { secretsBox } from './provider.ts'
import { letterBox, SEND_MESSAGE } from './send.ts'

export const messagesNoun: Feature = {
  name: 'messages',
  migrations: messageMigrations,
  settings: [messageSettings],
  jobs: [
    sendMessageJob,
    sweepJob('overdue-messages', failOverdueMessages),
    sweepJob('messages', (tx, now, count) => deleteOldMessages(tx, 'messages', now - 30 * DAY_MS, count)),
    sweepJob('mailbox', (tx, now, count) => deleteOldMessages(tx, 'mailbox', now - DAY_MS, count)),
  ],
  tables: [
    ['messages', 'id'],
    ['message_providers', 'id'],
    ['message_templates', 'template'],
    ['mailbox', 'id'],
  ],
  sealed: [
    {
      table: 'message_providers',
      column: 'sealed_secrets',
      key: ['app_id', 'id'],
      box: secretsBox,
      context: ({ app_id, id }) => `${app_id}/${id}`,
    },
    {
      table: 'jobs',
      column: 'payload',
      key: ['id'],
      needs: ['app_id', 'kind'],
      box: letterBox,
      member: 'sealed',
      context: ({ app_id, kind }, { message_id }) => (kind === SEND_MESSAGE ? `${app_id}/${message_id}` : undefined),
    },
  ],
}
