import type { Feature } from './feature.ts'
import { jobMigrations } from './jobs/store.ts'
import { sweepJob } from './jobs/sweep.ts'
import { deleteExpiredLimits, limitMigrations } from './limits/store.ts'
import { timeMigrations } from './time/mark.ts'

export const platformNoun: Feature = {
  name: 'platform',
  migrations: [...limitMigrations, ...jobMigrations, ...timeMigrations],
  jobs: [sweepJob('limits', deleteExpiredLimits)],
  tables: [['limits', 'subject']],
}
