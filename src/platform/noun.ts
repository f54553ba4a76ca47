import type { Feature } from './feature.ts'
import { answerBox, contextOf } from './idempotency/once.ts'
import type { RequestName } from './idempotency/store.ts'
import { deleteExpiredRequests, idempotencyMigrations } from './idempotency/store.ts'
import { jobMigrations } from './jobs/store.ts'
import { sweepJob } from './jobs/sweep.ts'
import { deleteExpiredLimits, limitMigrations } from './limits/store.ts'
import { lookAtParked } from './metrics-look.ts'
import { timeMigrations } from './time/mark.ts'

export const platformNoun: Feature = {
  name: 'platform',
  migrations: [...limitMigrations, ...jobMigrations, ...timeMigrations, ...idempotencyMigrations],
  look: lookAtParked,
  jobs: [sweepJob('limits', deleteExpiredLimits), sweepJob('idempotency_keys', deleteExpiredRequests)],
  tables: [
    ['limits', 'subject'],
    ['idempotency_keys', 'key_hash'],
  ],
  sealed: [
    {
      table: 'idempotency_keys',
      column: 'answer',
      key: ['app_id', 'operation', 'key_hash'],
      box: answerBox,
      context: (row) => contextOf(row as unknown as RequestName),
    },
  ],
}
