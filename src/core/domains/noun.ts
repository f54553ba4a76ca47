import type { Feature } from '../../platform/feature.ts'
import { domainJobs } from './jobs.ts'
import { domainMigrations } from './tables.ts'

export const domainsNoun: Feature = {
  name: 'domains',
  migrations: domainMigrations,
  jobs: domainJobs,
  tables: [['domains', 'id']],
}
