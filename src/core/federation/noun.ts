import type { Feature } from '../../platform/feature.ts'
import { secretsBox } from './config.ts'
import { federationMigrations } from './tables.ts'

export const federationNoun: Feature = {
  name: 'federation',
  migrations: federationMigrations,
  tables: [
    ['federated_identities', 'user_id'],
    ['oauth_configs', 'id'],
    ['oauth_domains', 'domain'],
  ],
  sealed: [
    {
      table: 'oauth_configs',
      column: 'sealed_secrets',
      key: ['app_id', 'id'],
      box: secretsBox,
      context: ({ app_id, id }) => `${app_id}/${id}`,
    },
  ],
}
