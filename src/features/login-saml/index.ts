import { listSamlConnections } from '../../core/saml-connections/store.ts'
import type { Feature } from '../../platform/feature.ts'
import { managementOperations } from './management.ts'
import { refreshJobs } from './refresh.ts'

export const loginSamlFeature: Feature = {
  name: 'login-saml',
  endpoints: [...managementOperations],
  jobs: refreshJobs,
  async outboundUrls(deps, appId) {
    return (await listSamlConnections(deps.db, appId)).map((row) => row.metadata_url).filter((url) => url !== '')
  },
}
