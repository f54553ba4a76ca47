import { listProviders } from '../../core/messages/store/providers.ts'
import type { Feature } from '../../platform/feature.ts'
import { mailbox } from './mailbox.ts'
import { get, list } from './messages.ts'
import * as providers from './providers.ts'
import * as templates from './templates.ts'
import { testProvider } from './test-provider.ts'

export const messagesFeature: Feature = {
  name: 'messages',
  endpoints: [
    providers.list,
    providers.create,
    providers.replace,
    providers.remove,
    testProvider,
    templates.list,
    templates.replace,
    templates.remove,
    templates.preview,
    list,
    get,
    mailbox,
  ],
  async outboundUrls(deps, appId) {
    const providers = await listProviders(deps.db, appId)
    return providers.filter(({ kind }) => kind === 'webhook').map(({ options }) => JSON.parse(options).url)
  },
}
