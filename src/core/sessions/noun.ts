import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { endRest } from './end.ts'
import { sessionSettings } from './settings.ts'
import { sweepSessions } from './store/sweep.ts'
import { sessionMigrations } from './tables.ts'

export const sessionsNoun: Feature = {
  name: 'sessions',
  migrations: sessionMigrations,
  settings: [sessionSettings],
  jobs: [endRest, sweepJob('sessions', sweepSessions)],
  tables: [['sessions', 'id']],
}
