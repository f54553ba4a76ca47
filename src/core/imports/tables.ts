import type { Migration } from '../../platform/migrate.ts'

export type ImportStatus =
  /** Lines are received. */
  'open' | 'loading' | 'paused' | 'completed' | 'failed' | 'cancelled' | 'rolling_back' | 'rolled_back'

export type ImportRow = {
  app_id: string
  id: string
  /** What the file came from, for people to read. */
  source: string
  status: ImportStatus
  /** JSON: `ImportOptions`. */
  options: string
  /** JSON, sealed: test accounts with their passwords; null when there are none, or they are forgotten. */
  sealed_canaries: string | null
  /** JSON: how the test accounts fared last. */
  canary_results: string | null
  received_bytes: number
  /** Where the request before began, and the digest of its body: by them it is known again. */
  last_offset: number
  last_digest: string
  /** What is committed: a line begins here. */
  done_bytes: number
  done_lines: number
  /** JSON: `Tally`. */
  tally: string
  /** How long batches took in all, pauses among them. */
  loading_ms: number
  /** Why it failed. */
  problem: string | null
  /** Of what the caller read, as the caller says. */
  file_sha256: string | null
  created_at: number
  updated_at: number
  started_at: number | null
  finished_at: number | null
  /** Of a rollback, the last user who was looked at; empty at first. */
  rollback_after: string | null
  /** When its lines were deleted. */
  swept_at: number | null
}

/** A piece of the file. Lines may begin in one and end in another. */
export type ImportPieceRow = { app_id: string; import_id: string; start: number; size: number; sealed: string }

/** A line that was not loaded, or not all of it, and why; of a rollback, a user who was left, and why. */
export type ImportLineRow = {
  app_id: string
  import_id: string
  /** From 1. */
  line: number
  /** In bytes, from 0. */
  start: number
  outcome: 'refused' | 'conflict' | 'skipped' | 'left_out' | 'kept'
  external_id: string | null
  /** Path of the member. */
  field: string | null
  code: string
  /** The line itself, sealed. */
  sealed: string | null
}

/** Which application loads what now. */
export type ImportTurnRow = { app_id: string; import_id: string; expires_at: number }

/** A user whom an import made or linked. */
export type ImportedUserRow = {
  app_id: string
  user_id: string
  import_id: string
  /** 1 when that import made the user, 0 when it linked one who was here. */
  is_new: number
  /** JSON: a digest of each part of the record as it was applied, `Applied`. */
  applied: string
  /** Of the record that was applied last; null where no record said. */
  source_updated_at: number | null
  source_seen_at: number | null
  /** By which the record named the user; null of those that a node of the release before has written. */
  external_id: string | null
}

/** What cannot be used yet of a record. */
export type ImportLeftoverRow = { app_id: string; user_id: string; kind: string; sealed: string }

/** What a dry run has seen in its file: whose it would be. */
export type ImportClaimRow = { app_id: string; import_id: string; key: string; holder: string }

export type ImportTables = {
  imports: ImportRow
  import_pieces: ImportPieceRow
  import_lines: ImportLineRow
  import_turns: ImportTurnRow
  imported_users: ImportedUserRow
  import_leftovers: ImportLeftoverRow
  import_claims: ImportClaimRow
}

export const importMigrations: readonly Migration[] = [
  {
    name: 'imports/001-create',
    up: [
      `create table imports (
        app_id text not null, id text not null, source text not null, status text not null, options text not null,
        sealed_canaries text, canary_results text, received_bytes bigint not null, last_offset bigint not null,
        last_digest text not null, done_bytes bigint not null, done_lines bigint not null, tally text not null,
        loading_ms bigint not null, problem text, file_sha256 text, created_at bigint not null, updated_at bigint not null,
        started_at bigint, finished_at bigint, swept_at bigint, primary key (app_id, id))`,
      `create table import_pieces (
        app_id text not null, import_id text not null, start bigint not null, size bigint not null, sealed text not null,
        primary key (app_id, import_id, start))`,
      `create table import_lines (
        app_id text not null, import_id text not null, line bigint not null, start bigint not null, outcome text not null,
        external_id text, field text, code text not null, sealed text, primary key (app_id, import_id, outcome, line))`,
      `create table import_turns (
        app_id text not null, import_id text not null, expires_at bigint not null, primary key (app_id))`,
      `create table imported_users (
        app_id text not null, user_id text not null, import_id text not null, is_new bigint not null,
        applied text not null, source_updated_at bigint, source_seen_at bigint, primary key (app_id, user_id))`,
      'create index imported_users_import on imported_users (app_id, import_id, user_id)',
      `create table import_leftovers (
        app_id text not null, user_id text not null, kind text not null, sealed text not null,
        primary key (app_id, user_id, kind))`,
      `create table import_claims (
        app_id text not null, import_id text not null, key text not null, holder text not null,
        primary key (app_id, import_id, key))`,
    ],
  },
  { name: 'imports/002-rollback', up: ['alter table imports add column rollback_after text'] },
  { name: 'imports/003-external-id', up: ['alter table imported_users add column external_id text'] },
]
