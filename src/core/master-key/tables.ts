import type { Migration } from '../../platform/migrate.ts'

export type CanaryRow = {
  /** Empty: there is one canary, of the whole instance. */
  app_id: string
  /** Sealed with the master key that the database is under. */
  sealed: string
  /** When the database came under that key. */
  created_at: number
}

/** The key of a purpose that no rotation changes. */
export type KeptKeyRow = {
  /** Empty: of the whole instance. */
  app_id: string
  purpose: string
  /** 32 bytes. */
  sealed: string
}

/** How far the work of a rotation is. There is one row, from the first rotation on. */
export type RotationRow = {
  /** Empty: of the whole instance. */
  app_id: string
  /** The key before the first rotation: what names none hangs on it. */
  first_key: string
  /** JSON: where the pass that is under way is, and what it has counted; null between passes. */
  pass: string | null
  /** JSON: what the last whole pass counted, and the keys that were rotated away since; null where neither is known. */
  found: string | null
  /** When that pass was over; null when none was since the last rotation. */
  found_at: number | null
  /** Ids of keys that may go although sessions hang on them, space-separated; null when there are none. */
  given_up: string | null
}

export type MasterKeyTables = {
  master_key_canaries: CanaryRow
  kept_keys: KeptKeyRow
  master_key_rotations: RotationRow
}

export const masterKeyMigrations: readonly Migration[] = [
  {
    name: 'master-key/001-create',
    up: [
      `create table master_key_canaries (
        app_id text not null, sealed text not null, created_at bigint not null, primary key (app_id))`,
    ],
  },
  {
    name: 'master-key/002-rotation',
    up: [
      'create table kept_keys (app_id text not null, purpose text not null, sealed text not null, primary key (app_id, purpose))',
      `create table master_key_rotations (
        app_id text not null, first_key text not null, pass text, found text, found_at bigint, given_up text,
        primary key (app_id))`,
    ],
  },
]
