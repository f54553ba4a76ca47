import { listSamlConnections } from '../../core/saml-connections/store.ts'
import type { Feature } from '../../platform/feature.ts'
import { managementOperations } from './management.ts'

export const loginSamlFeature: Feature = {
  name: 'login-saml',
  endpoints: [...managementOperations],
  async outboundUrls(deps, appId) {
    return (await listSamlConnections(deps.db, appId)).map((row) => row.metadata_url).filter((url) => url !== '')
  },
}
