import { listOAuthConfigs } from '../../core/federation/config-store.ts'
import type { Feature } from '../../platform/feature.ts'
import { authorize } from './authorize.ts'
import { callbackByForm, callbackByQuery } from './callback.ts'
import { createConfig, listConfigs, readConfig, removeConfig, replaceConfig } from './management.ts'
import { oauthSettings } from './settings.ts'

export const loginOAuthFeature: Feature = {
  name: 'login-oauth',
  endpoints: [
    authorize,
    callbackByQuery,
    callbackByForm,
    listConfigs,
    createConfig,
    readConfig,
    replaceConfig,
    removeConfig,
  ],
  settings: [oauthSettings],
  async outboundUrls(deps, appId) {
    return (await listOAuthConfigs(deps.db, appId)).flatMap(({ issuer }) => (issuer === '' ? [] : [issuer]))
  },
}
