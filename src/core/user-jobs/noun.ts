import type { Feature } from '../../platform/feature.ts'
import { runUserJob, sweepUserJobs } from './run.ts'
import { userJobMigrations } from './tables.ts'

export const userJobsNoun: Feature = {
  name: 'user-jobs',
  migrations: userJobMigrations,
  jobs: [runUserJob, sweepUserJobs],
  tables: [['user_jobs', 'id']],
}
