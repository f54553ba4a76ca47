import type { Feature } from '../../platform/feature.ts'
import { box, contextOf } from './secrets.ts'
import { passwordMigrations } from './tables.ts'

export const passwordsNoun: Feature = {
  name: 'passwords',
  migrations: passwordMigrations,
  tables: [
    ['password_credentials', 'user_id'],
    ['password_configs', 'app_id'],
    ['password_secrets', 'name'],
  ],
  sealed: [
    {
      table: 'password_secrets',
      column: 'sealed',
      key: ['app_id', 'name'],
      box,
      context: ({ app_id, name }) => contextOf(String(app_id), String(name)),
    },
  ],
}
