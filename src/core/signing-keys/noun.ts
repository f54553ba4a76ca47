import type { Feature } from '../../platform/feature.ts'
import { lookAtKeys } from './age.ts'
import { rotateKeysJob } from './job.ts'
import { masterBox, sealContext } from './keyring.ts'
import type { SigningKeyRow } from './tables.ts'
import { signingKeyMigrations } from './tables.ts'

export const signingKeysNoun: Feature = {
  name: 'signing-keys',
  migrations: signingKeyMigrations,
  jobs: [rotateKeysJob],
  look: lookAtKeys,
  tables: [['signing_keys', 'kid']],
  sealed: [
    {
      table: 'signing_keys',
      column: 'sealed_private_jwk',
      key: ['app_id', 'kid'],
      needs: ['purpose'],
      box: masterBox,
      context: (row) => sealContext(row as unknown as SigningKeyRow),
    },
  ],
}
