import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { otpSettings } from './limits.ts'
import { deleteExpiredVerifications } from './store.ts'
import { verificationMigrations } from './tables.ts'

const HOUR_MS = 3_600_000

import { codeBox } from './sent-code.ts'

export const verificationsNoun: Feature = {
  name: 'verifications',
  migrations: verificationMigrations,
  settings: [otpSettings],
  jobs: [sweepJob('verifications', (tx, now, count) => deleteExpiredVerifications(tx, now - HOUR_MS, count))],
  tables: [
    ['verifications', 'id'],
    ['otp_configs', 'id'],
    ['otp_defaults', 'channel_type'],
  ],
  sealed: [
    {
      table: 'verifications',
      column: 'sealed_code',
      key: ['app_id', 'id'],
      box: codeBox,
      // The MAC beside it is of the same key.
      isLeft: true,
      context: ({ app_id, id }) => `${app_id}/${id}`,
    },
  ],
}
