import type { Migration } from '../../platform/migrate.ts'

/** One change that somebody made through management. Never changed, and deleted by whole days alone. */
export type AuditRow = {
  /** Empty for what concerns the whole instance. */
  app_id: string
  /** Day and place in it: `2026-11-29.000000012`. */
  id: string
  /** As `actorOfKey` writes it, or `cli`. */
  actor: string
  /** The operationId of the API; of commands too. */
  operation: string
  /** By which it is found: the user, or what else it was done to. */
  subject: string
  /** JSON object: the parameters of the path. */
  target: string
  /** JSON object of `Changes`. */
  changes: string
  ip: string | null
  request_id: string | null
  created_at: number
  /** `hashOf` the row before and this one, base64url. */
  hash: string
}

/** The end of a day's chain. The day that is not closed is the last one. */
export type AuditHeadRow = {
  app_id: string
  /** `2026-11-29` */
  day: string
  /** How many rows the day has. */
  count: number
  /** The hash that the first row of the day goes on from: that of the last row of the day before. */
  begins: string
  /** Of the last row. */
  hash: string
  closed: number
}

export type AuditTables = { audit_rows: AuditRow; audit_heads: AuditHeadRow }

export const auditMigrations: readonly Migration[] = [
  {
    name: 'audit/001-create',
    up: [
      `create table audit_rows (
        app_id text not null, id text not null, actor text not null, operation text not null, subject text not null,
        target text not null, changes text not null, ip text, request_id text, created_at bigint not null,
        hash text not null, primary key (app_id, id))`,
      'create index audit_rows_by_actor on audit_rows (app_id, actor, id)',
      'create index audit_rows_by_operation on audit_rows (app_id, operation, id)',
      'create index audit_rows_by_subject on audit_rows (app_id, subject, id)',
      `create table audit_heads (
        app_id text not null, day text not null, count bigint not null, begins text not null, hash text not null,
        closed bigint not null, primary key (app_id, day))`,
    ],
  },
]
