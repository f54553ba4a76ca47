import type { Feature } from '../../platform/feature.ts'
import { identifierMigrations } from './tables.ts'

export const identifiersNoun: Feature = {
  name: 'identifiers',
  migrations: identifierMigrations,
  tables: [['identifiers', 'user_id']],
}
