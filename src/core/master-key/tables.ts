import type { Migration } from '../../platform/migrate.ts'

export type CanaryRow = {
  /** Empty: there is one canary, of the whole instance. */
  app_id: string
  /** Sealed with the master key. */
  sealed: string
  created_at: number
}

export type MasterKeyTables = { master_key_canaries: CanaryRow }

export const masterKeyMigrations: readonly Migration[] = [
  {
    name: 'master-key/001-create',
    up: [
      `create table master_key_canaries (
        app_id text not null, sealed text not null, created_at bigint not null, primary key (app_id))`,
    ],
  },
]
