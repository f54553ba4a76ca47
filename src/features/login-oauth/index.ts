import { readOAuthConfig } from '../../core/federation/config.ts'
import { listOAuthConfigs } from '../../core/federation/config-store.ts'
import type { Feature } from '../../platform/feature.ts'
import { authorize, authorizeByConnection } from './authorize.ts'
import { callbackByForm, callbackByQuery } from './callback.ts'
import { issuerOf } from './config-wire.ts'
import { examineProviders } from './examine.ts'
import { connectionOperations, createConfig, listConfigs, providerOperations } from './management.ts'
import { oauthSettings } from './settings.ts'

export const loginOAuthFeature: Feature = {
  name: 'login-oauth',
  endpoints: [
    authorize,
    authorizeByConnection,
    callbackByQuery,
    callbackByForm,
    listConfigs,
    createConfig,
    ...providerOperations,
    ...connectionOperations,
  ],
  settings: [oauthSettings],
  examine: examineProviders,
  async outboundUrls(deps, appId) {
    return (await listOAuthConfigs(deps.db, appId))
      .map((row) => issuerOf(readOAuthConfig(row)))
      .filter((url) => url !== '')
  },
}
