import type { Feature } from '../../platform/feature.ts'
import { masterKeyMigrations } from './tables.ts'

export const masterKeyNoun: Feature = { name: 'master-key', migrations: masterKeyMigrations }
