import type { Feature } from '../../platform/feature.ts'
import { lookAtKeys } from './age.ts'
import { rotateKeysJob } from './job.ts'
import { signingKeyMigrations } from './tables.ts'

export const signingKeysNoun: Feature = {
  name: 'signing-keys',
  migrations: signingKeyMigrations,
  jobs: [rotateKeysJob],
  look: lookAtKeys,
  tables: [['signing_keys', 'kid']],
}
