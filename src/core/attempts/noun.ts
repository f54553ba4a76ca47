import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { deleteExpiredAttempts } from './store.ts'
import { attemptMigrations } from './tables.ts'

export const attemptsNoun: Feature = {
  name: 'attempts',
  migrations: attemptMigrations,
  jobs: [sweepJob('login-attempts', deleteExpiredAttempts)],
  tables: [['login_attempts', 'id_hash']],
}
