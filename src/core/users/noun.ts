import type { Feature } from '../../platform/feature.ts'
import { userMigrations } from './tables.ts'

export const usersNoun: Feature = { name: 'users', migrations: userMigrations, tables: [['users', 'id']] }
