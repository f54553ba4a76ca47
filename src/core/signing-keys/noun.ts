import type { Feature } from '../../platform/feature.ts'
import { rotateKeysJob } from './job.ts'
import { signingKeyMigrations } from './tables.ts'

export const signingKeysNoun: Feature = {
  name: 'signing-keys',
  migrations: signingKeyMigrations,
  jobs: [rotateKeysJob],
  tables: [['signing_keys', 'kid']],
}
