import type { Feature } from '../../platform/feature.ts'
import { webhookLanes } from './lane.ts'
import { webhookSettings } from './settings.ts'
import { eraseWebhookJob, watchQueuesJob, webhookSweeps } from './sweep.ts'
import { webhookMigrations } from './tables.ts'
import { tokenBox } from './webhook.ts'

export const webhooksNoun: Feature = {
  name: 'webhooks',
  migrations: webhookMigrations,
  settings: [webhookSettings],
  lanes: webhookLanes,
  jobs: [eraseWebhookJob, watchQueuesJob, ...webhookSweeps],
  tables: [
    ['webhooks', 'id'],
    ['webhook_lanes', 'webhook_id'],
    ['webhook_deliveries', 'id'],
    ['webhook_items', 'event_id'],
    ['webhook_tries', 'delivery_id'],
    ['webhook_hours', 'webhook_id'],
  ],
  sealed: [
    {
      table: 'webhooks',
      column: 'sealed_token',
      key: ['app_id', 'id'],
      box: tokenBox,
      context: ({ app_id, id }) => `${app_id}/${id}`,
    },
  ],
}
