import type { Feature } from '../../platform/feature.ts'
import { applicationMigrations } from './tables.ts'

export const applicationsNoun: Feature = {
  name: 'applications',
  migrations: applicationMigrations,
  tables: [
    ['api_keys', 'id'],
    ['application_hosts', 'host'],
  ],
}
