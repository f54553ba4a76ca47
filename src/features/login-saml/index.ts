import { listSamlConnections } from '../../core/saml-connections/store.ts'
import type { Feature } from '../../platform/feature.ts'
import { acs } from './acs.ts'
import { examineCompanies } from './examine.ts'
import { initiateByConnection, initiateByEmail } from './initiate.ts'
import { keyOperations } from './keys.ts'
import { managementOperations } from './management.ts'
import { metadata } from './metadata.ts'
import { refreshJobs } from './refresh.ts'
import { samlSettings } from './settings.ts'

export const loginSamlFeature: Feature = {
  name: 'login-saml',
  endpoints: [initiateByEmail, initiateByConnection, acs, metadata, ...managementOperations, ...keyOperations],
  settings: [samlSettings],
  jobs: refreshJobs,
  examine: examineCompanies,
  async outboundUrls(deps, appId) {
    return (await listSamlConnections(deps.db, appId)).map((row) => row.metadata_url).filter((url) => url !== '')
  },
}
