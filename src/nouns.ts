import { applicationMigrations } from './core/applications/tables.ts'
import { deleteExpiredChallenges } from './core/challenges/store.ts'
import { challengeMigrations } from './core/challenges/tables.ts'
import { deleteOldEvents } from './core/events/store.ts'
import { eventMigrations } from './core/events/tables.ts'
import { deleteExpiredGrants } from './core/grants/store.ts'
import { grantMigrations } from './core/grants/tables.ts'
import { identifierMigrations } from './core/identifiers/tables.ts'
import { sendMessageJob } from './core/messages/send.ts'
import { deleteOldMessages, failOverdueMessages } from './core/messages/store.ts'
import { messageMigrations } from './core/messages/tables.ts'
import { passwordMigrations } from './core/passwords/tables.ts'
import { sessionSettings } from './core/sessions/settings.ts'
import { deleteDeadSessions } from './core/sessions/store.ts'
import { sessionMigrations } from './core/sessions/tables.ts'
import { rotateKeysJob } from './core/signing-keys/job.ts'
import { signingKeyMigrations } from './core/signing-keys/tables.ts'
import { deleteExpiredVerificationTokens } from './core/step-up/store.ts'
import { stepUpMigrations } from './core/step-up/tables.ts'
import { userMigrations } from './core/users/tables.ts'
import { otpSettings } from './core/verifications/limits.ts'
import { deleteExpiredVerifications } from './core/verifications/store.ts'
import { verificationMigrations } from './core/verifications/tables.ts'
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
    name: 'passwords',
    migrations: passwordMigrations,
    tables: [
      ['password_credentials', 'user_id'],
      ['password_configs', 'app_id'],
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
    name: 'grants',
    migrations: grantMigrations,
    jobs: [sweepJob('grants', deleteExpiredGrants)],
    tables: [['grants', 'id']],
  },
  {
    name: 'challenges',
    migrations: challengeMigrations,
    // Not at once: a process whose clock is behind still takes the token for a good one.
    jobs: [sweepJob('challenges', (tx, now, count) => deleteExpiredChallenges(tx, now - HOUR_MS, count))],
    tables: [['consumed_challenges', 'jti']],
  },
  {
    name: 'step-up',
    migrations: stepUpMigrations,
    jobs: [
      sweepJob('verification-tokens', (tx, now, count) => deleteExpiredVerificationTokens(tx, now - HOUR_MS, count)),
    ],
    tables: [
      ['step_up_configs', 'app_id'],
      ['used_verification_tokens', 'jti_hash'],
    ],
  },
  {
    name: 'events',
    migrations: eventMigrations,
    jobs: [sweepJob('events', (tx, now, count) => deleteOldEvents(tx, now - 30 * DAY_MS, count))],
    tables: [['events', 'id']],
  },
  {
    name: 'messages',
    migrations: messageMigrations,
    jobs: [
      sendMessageJob,
      sweepJob('overdue-messages', failOverdueMessages),
      sweepJob('messages', (tx, now, count) => deleteOldMessages(tx, 'messages', now - 30 * DAY_MS, count)),
      sweepJob('mailbox', (tx, now, count) => deleteOldMessages(tx, 'mailbox', now - DAY_MS, count)),
    ],
    tables: [
      ['messages', 'id'],
      ['message_providers', 'id'],
      ['message_templates', 'template'],
      ['mailbox', 'id'],
    ],
  },
  {
    name: 'verifications',
    migrations: verificationMigrations,
    settings: [otpSettings],
    jobs: [sweepJob('verifications', (tx, now, count) => deleteExpiredVerifications(tx, now - HOUR_MS, count))],
    tables: [
      ['verifications', 'id'],
      ['otp_configs', 'id'],
      ['otp_defaults', 'channel_type'],
    ],
  },
]
