import { eraseApplication, type OwnedTable } from './core/applications/erase.ts'
import { applicationMigrations } from './core/applications/tables.ts'
import { deleteExpiredChallenges } from './core/challenges/store.ts'
import { challengeMigrations } from './core/challenges/tables.ts'
import { deleteOldEvents } from './core/events/store.ts'
import { eventMigrations } from './core/events/tables.ts'
import { identifierMigrations } from './core/identifiers/tables.ts'
import { sessionSettings } from './core/sessions/settings.ts'
import { deleteDeadSessions } from './core/sessions/store.ts'
import { sessionMigrations } from './core/sessions/tables.ts'
import { rotateKeysJob } from './core/signing-keys/job.ts'
import { signingKeyMigrations } from './core/signing-keys/tables.ts'
import { userMigrations } from './core/users/tables.ts'
import type { Feature } from './platform/feature.ts'
import { jobMigrations } from './platform/jobs/store.ts'
import { sweepJob } from './platform/jobs/sweep.ts'
import { deleteExpiredLimits, limitMigrations } from './platform/limits/store.ts'

const DAY_MS = 86_400_000

/** Tables whose rows go when their application is deleted. */
const OWNED: readonly OwnedTable[] = [
  ['sessions', 'id'],
  ['consumed_challenges', 'jti'],
  ['identifiers', 'user_id'],
  ['federated_identities', 'user_id'],
  ['users', 'id'],
  ['events', 'id'],
  ['signing_keys', 'kid'],
  ['api_keys', 'id'],
  ['limits', 'subject'],
  ['application_hosts', 'host'],
]

/** What the nouns of core and the platform keep: tables, settings and the jobs that look after them. In the order of their migrations. */
export const nouns: readonly Feature[] = [
  {
    name: 'platform',
    migrations: [...limitMigrations, ...jobMigrations],
    jobs: [sweepJob('platform/limits', (tx, now, count) => deleteExpiredLimits(tx, now, count))],
  },
  { name: 'applications', migrations: applicationMigrations, jobs: [eraseApplication(OWNED)] },
  { name: 'signing-keys', migrations: signingKeyMigrations, jobs: [rotateKeysJob] },
  { name: 'users', migrations: userMigrations },
  { name: 'identifiers', migrations: identifierMigrations },
  {
    name: 'sessions',
    migrations: sessionMigrations,
    settings: [sessionSettings],
    jobs: [sweepJob('sessions', (tx, now, count) => deleteDeadSessions(tx, now - 30 * DAY_MS, count))],
  },
  {
    name: 'challenges',
    migrations: challengeMigrations,
    jobs: [sweepJob('challenges', (tx, now, count) => deleteExpiredChallenges(tx, now, count))],
  },
  {
    name: 'events',
    migrations: eventMigrations,
    jobs: [sweepJob('events', (tx, now, count) => deleteOldEvents(tx, now - 30 * DAY_MS, count))],
  },
]
