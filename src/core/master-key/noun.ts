import type { Feature } from '../../platform/feature.ts'
import { sealing } from '../../platform/key-set.ts'
import { KEPT_BOX } from './kept.ts'
import { masterKeyMigrations } from './tables.ts'

export const masterKeyNoun: Feature = {
  name: 'master-key',
  migrations: masterKeyMigrations,
  sealed: [
    {
      table: 'kept_keys',
      column: 'sealed',
      key: ['app_id', 'purpose'],
      box: sealing(KEPT_BOX),
      context: ({ purpose }) => String(purpose),
    },
  ],
}
