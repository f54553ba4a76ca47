import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { deleteExpiredGrants } from './store.ts'
import { grantMigrations } from './tables.ts'

export const grantsNoun: Feature = {
  name: 'grants',
  migrations: grantMigrations,
  jobs: [sweepJob('grants', deleteExpiredGrants)],
  tables: [['grants', 'id']],
}
