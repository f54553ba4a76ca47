import type { Feature } from './feature.ts'
import { jobMigrations } from './jobs/store.ts'
import { sweepJob } from './jobs/sweep.ts'
import { deleteExpiredLimits, limitMigrations } from './limits/store.ts'

export const platformNoun: Feature = {
  name: 'platform',
  migrations: [...limitMigrations, ...jobMigrations],
  jobs: [sweepJob('limits', deleteExpiredLimits)],
  tables: [['limits', 'subject']],
}
