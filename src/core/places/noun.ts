import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { deleteOldPlaces } from './store.ts'
import { placeMigrations } from './tables.ts'

const DAY_MS = 86_400_000

export const placesNoun: Feature = {
  name: 'places',
  migrations: placeMigrations,
  jobs: [sweepJob('known-places', (tx, now, count) => deleteOldPlaces(tx, now - 90 * DAY_MS, count))],
  tables: [['known_places', 'place']],
}
