import type { Feature } from '../../platform/feature.ts'
import { passwordMigrations } from './tables.ts'

export const passwordsNoun: Feature = {
  name: 'passwords',
  migrations: passwordMigrations,
  tables: [
    ['password_credentials', 'user_id'],
    ['password_configs', 'app_id'],
    ['password_secrets', 'name'],
  ],
}
