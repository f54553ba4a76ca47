import { stepUpConfigs } from '../../core/step-up/store.ts'
import type { Feature } from '../../platform/feature.ts'
import { continueStepUp } from './continue.ts'
import { management } from './management.ts'
import { request } from './request.ts'

export const stepUpFeature: Feature = {
  name: 'step-up',
  endpoints: [request, continueStepUp, ...management],
  async outboundUrls(deps, appId) {
    const config = (await stepUpConfigs.find(deps.db, appId))?.config
    if (!config) return []
    const hooks = config.allowed_scopes.flatMap((entry) =>
      entry.mode === 'delegated' ? [entry.delegated.delegation_hook] : [],
    )
    return [...new Set([...hooks, ...(config.jwks_url ? [config.jwks_url] : [])])]
  },
}
