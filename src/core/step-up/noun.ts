import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { stepUpSettings } from './settings.ts'
import { deleteExpiredVerificationTokens } from './store.ts'
import { stepUpMigrations } from './tables.ts'

const HOUR_MS = 3_600_000

export const stepUpNoun: Feature = {
  name: 'step-up',
  migrations: stepUpMigrations,
  settings: [stepUpSettings],
  jobs: [
    sweepJob('verification-tokens', (tx, now, count) => deleteExpiredVerificationTokens(tx, now - HOUR_MS, count)),
  ],
  tables: [
    ['step_up_configs', 'app_id'],
    ['used_verification_tokens', 'jti_hash'],
  ],
}
