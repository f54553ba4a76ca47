import type { Feature } from '../../platform/feature.ts'
import { scopeMigrations } from './tables.ts'

export const scopesNoun: Feature = {
  name: 'scopes',
  migrations: scopeMigrations,
  tables: [['allowed_scopes', 'app_id']],
}
