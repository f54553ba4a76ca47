import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { DAY_MS, DAYS_OF_HOURS, startOf } from './rollup.ts'
import { foldRollups } from './store.ts'
import { rollupMigrations } from './tables.ts'

export const rollupsNoun: Feature = {
  name: 'rollups',
  migrations: rollupMigrations,
  jobs: [
    sweepJob('rollups', (tx, now, count) => foldRollups(tx, startOf(now, DAY_MS) - DAYS_OF_HOURS * DAY_MS, count)),
  ],
  tables: [['rollups', 'hour']],
}
