import type { Feature } from '../../platform/feature.ts'
import { lookAtCertificates } from './endings.ts'
import { domainJobs } from './jobs.ts'
import { domainMigrations } from './tables.ts'

export const domainsNoun: Feature = {
  name: 'domains',
  migrations: domainMigrations,
  jobs: domainJobs,
  look: lookAtCertificates,
  tables: [['domains', 'id']],
}
