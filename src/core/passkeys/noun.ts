import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { passkeyAppSettings } from './association.ts'
import { deleteExpiredPasskeyTokens } from './store/tokens.ts'
import { passkeyMigrations } from './tables.ts'

const HOUR_MS = 3_600_000

export const passkeysNoun: Feature = {
  name: 'passkeys',
  migrations: passkeyMigrations,
  settings: [passkeyAppSettings],
  // Not at once: a process whose clock is behind still takes the token for a good one.
  jobs: [sweepJob('passkey-tokens', (tx, now, count) => deleteExpiredPasskeyTokens(tx, now - HOUR_MS, count))],
  tables: [
    ['passkeys', 'credential_id'],
    ['consumed_passkey_tokens', 'jti'],
    ['passkey_configs', 'app_id'],
  ],
}
