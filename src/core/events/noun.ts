import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { deleteOldEvents, deleteOldWaiting } from './store.ts'
import { eventMigrations } from './tables.ts'

const DAY_MS = 86_400_000

export const eventsNoun: Feature = {
  name: 'events',
  migrations: eventMigrations,
  jobs: [
    sweepJob('events', (tx, now, count) => deleteOldEvents(tx, now - 30 * DAY_MS, count)),
    sweepJob('webhook-queue', (tx, now, count) => deleteOldWaiting(tx, now - 30 * DAY_MS, count)),
  ],
  tables: [
    ['events', 'id'],
    ['webhook_events', 'webhook_id'],
    ['webhook_queue', 'event_id'],
  ],
}
