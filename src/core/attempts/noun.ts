import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { box, contextOf } from './attempt.ts'
import { deleteExpiredAttempts } from './store.ts'
import { attemptMigrations } from './tables.ts'

export const attemptsNoun: Feature = {
  name: 'attempts',
  migrations: attemptMigrations,
  jobs: [sweepJob('login-attempts', deleteExpiredAttempts)],
  tables: [['login_attempts', 'id_hash']],
  sealed: [
    {
      table: 'login_attempts',
      column: 'sealed',
      key: ['app_id', 'id_hash'],
      box,
      context: ({ app_id, id_hash }) => contextOf(String(app_id), String(id_hash), 'secrets'),
    },
    {
      table: 'login_attempts',
      column: 'outcome',
      key: ['app_id', 'id_hash'],
      box,
      context: ({ app_id, id_hash }) => contextOf(String(app_id), String(id_hash), 'answered'),
    },
  ],
}
