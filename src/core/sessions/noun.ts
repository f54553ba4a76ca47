import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { endRest } from './end.ts'
import { sessionSettings } from './settings.ts'
import { deleteDeadSessions } from './store/endings.ts'
import { sessionMigrations } from './tables.ts'

const DAY_MS = 86_400_000

export const sessionsNoun: Feature = {
  name: 'sessions',
  migrations: sessionMigrations,
  settings: [sessionSettings],
  jobs: [endRest, sweepJob('sessions', (tx, now, count) => deleteDeadSessions(tx, now - 30 * DAY_MS, count))],
  tables: [['sessions', 'id']],
}
