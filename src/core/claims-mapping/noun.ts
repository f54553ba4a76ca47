import type { Feature } from '../../platform/feature.ts'
import { claimsMappingMigrations } from './tables.ts'

export const claimsMappingNoun: Feature = {
  name: 'claims-mapping',
  migrations: claimsMappingMigrations,
  tables: [['claims_mappings', 'app_id']],
}
