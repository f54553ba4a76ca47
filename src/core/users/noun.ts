import type { Feature } from '../../platform/feature.ts'
import { fillNames } from './fill-names.ts'
import { userMigrations } from './tables.ts'

export const usersNoun: Feature = {
  name: 'users',
  migrations: userMigrations,
  jobs: [fillNames],
  tables: [['users', 'id']],
}
