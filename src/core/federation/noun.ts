import type { Feature } from '../../platform/feature.ts'
import { federationMigrations } from './tables.ts'

export const federationNoun: Feature = {
  name: 'federation',
  migrations: federationMigrations,
  tables: [
    ['federated_identities', 'user_id'],
    ['oauth_configs', 'id'],
    ['oauth_domains', 'domain'],
  ],
}
