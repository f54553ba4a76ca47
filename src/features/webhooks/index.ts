import { listWebhooks } from '../../core/webhooks/store/webhooks.ts'
import type { Feature } from '../../platform/feature.ts'
import { catalogue } from './catalogue.ts'
import * as change from './change.ts'
import * as deliveries from './deliveries.ts'
import * as pull from './pull.ts'
import { stats } from './stats.ts'
import * as trial from './trial.ts'
import * as webhooks from './webhooks.ts'

export const webhooksFeature: Feature = {
  name: 'webhooks',
  endpoints: [
    webhooks.create,
    webhooks.list,
    webhooks.read,
    webhooks.remove,
    change.update,
    change.addEvent,
    change.removeEvent,
    change.activation,
    change.deactivation,
    deliveries.list,
    deliveries.read,
    deliveries.replay,
    deliveries.bulkReplay,
    trial.test,
    trial.verify,
    stats,
    pull.list,
    pull.next,
    pull.commit,
    catalogue,
  ],
  async outboundUrls(deps, appId) {
    const webhooks = await listWebhooks(deps.db, appId)
    return webhooks.filter(({ kind }) => kind === 'push').map(({ url }) => url)
  },
}
