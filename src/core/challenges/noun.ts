import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { deleteExpiredChallenges } from './store.ts'
import { challengeMigrations } from './tables.ts'

const HOUR_MS = 3_600_000

export const challengesNoun: Feature = {
  name: 'challenges',
  migrations: challengeMigrations,
  // Not at once: a process whose clock is behind still takes the token for a good one.
  jobs: [sweepJob('challenges', (tx, now, count) => deleteExpiredChallenges(tx, now - HOUR_MS, count))],
  tables: [['consumed_challenges', 'jti']],
}
