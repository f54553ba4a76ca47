import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { deleteExpiredInvitations } from './store/invitations.ts'
import { deleteExpiredCeremonies } from './store/passkeys.ts'
import { deleteExpiredOperatorSessions } from './store/sessions.ts'
import { operatorMigrations } from './tables.ts'

const HOUR_MS = 3_600_000

export const operatorsNoun: Feature = {
  name: 'operators',
  migrations: operatorMigrations,
  jobs: [
    sweepJob('operator-invitations', deleteExpiredInvitations),
    sweepJob('operator-sessions', deleteExpiredOperatorSessions),
    // Not at once: a process whose clock is behind still takes the token for a good one.
    sweepJob('operator-ceremonies', (tx, now, count) => deleteExpiredCeremonies(tx, now - HOUR_MS, count)),
  ],
}
