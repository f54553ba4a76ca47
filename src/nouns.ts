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

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** What the nouns of core and the platform keep: tables, settings and the jobs that look after them. In the order of their migrations. */
export const nouns: readonly Feature[] = [
  {
    name: 'platform',
    migrations: [...limitMigrations, ...jobMigrations],
    jobs: [sweepJob('limits', deleteExpiredLimits)],
    tables: [['limits', 'subject']],
  },
  {
    name: 'applications',
    migrations: applicationMigrations,
    tables: [
      ['api_keys', 'id'],
      ['application_hosts', 'host'],
    ],
  },
  { name: 'signing-keys', migrations: signingKeyMigrations, jobs: [rotateKeysJob], tables: [['signing_keys', 'kid']] },
  { name: 'users', migrations: userMigrations, tables: [['users', 'id']] },
  {
    name: 'identifiers',
    migrations: identifierMigrations,
    tables: [
      ['identifiers', 'user_id'],
      ['federated_identities', 'user_id'],
    ],
  },
  {
    name: 'sessions',
    migrations: sessionMigrations,
    settings: [sessionSettings],
    jobs: [sweepJob('sessions', (tx, now, count) => deleteDeadSessions(tx, now - 30 * DAY_MS, count))],
    tables: [['sessions', 'id']],
  },
  {
    name: 'challenges',
    migrations: challengeMigrations,
    // Not at once: a process whose clock is behind still takes the token for a good one.
    jobs: [sweepJob('challenges', (tx, now, count) => deleteExpiredChallenges(tx, now - HOUR_MS, count))],
    tables: [['consumed_challenges', 'jti']],
  },
  {
    name: 'events',
    migrations: eventMigrations,
    jobs: [sweepJob('events', (tx, now, count) => deleteOldEvents(tx, now - 30 * DAY_MS, count))],
    tables: [['events', 'id']],
  },
]
