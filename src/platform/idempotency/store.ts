import type { Db, Tx } from '../db.ts'
import { deleteExpired } from '../db-sweep.ts'
import type { Migration } from '../migrate.ts'

/** A request that names itself by a key. */
export interface RequestName {
  /** Empty: of the whole instance. */
  readonly app_id: string
  readonly operation: string
  /** HMAC. */
  readonly key_hash: string
}

export interface IdempotencyRow extends RequestName {
  /** HMAC over path, query and body. */
  readonly request_hash: string
  /** Who is at it: only they may commit anything, and say what was answered. */
  readonly attempt: string
  readonly begun_at: number
  /** When something was committed; null: nothing yet. */
  readonly effect_at: number | null
  /** Null as long as there is no answer. */
  readonly status: number | null
  /** Sealed. */
  readonly answer: string | null
  readonly expires_at: number
}

type Tables = { idempotency_keys: IdempotencyRow }

export const idempotencyMigrations: readonly Migration[] = [
  {
    name: 'platform/004-idempotency-keys',
    up: [
      `create table idempotency_keys (
        app_id text not null, operation text not null, key_hash text not null, request_hash text not null,
        attempt text not null, begun_at bigint not null, effect_at bigint, status bigint, answer text, expires_at bigint not null,
        primary key (app_id, operation, key_hash))`,
      'create index idempotency_keys_expiry on idempotency_keys (expires_at)',
    ],
  },
]

export const findRequest = (
  db: Db,
  { app_id, operation, key_hash }: RequestName,
): Promise<IdempotencyRow | undefined> =>
  db
    .withTables<Tables>()
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('app_id', '=', app_id)
    .where('operation', '=', operation)
    .where('key_hash', '=', key_hash)
    .executeTakeFirst()

/** False when somebody else was first. */
export async function insertRequest(tx: Tx, row: IdempotencyRow): Promise<boolean> {
  const inserted = await tx
    .withTables<Tables>()
    .insertInto('idempotency_keys')
    .values(row)
    .onConflict((conflict) => conflict.columns(['app_id', 'operation', 'key_hash']).doNothing())
    .returning('attempt')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Change the row of an attempt; false when it is another's by now. */
async function updateRequest(
  tx: Tx,
  mine: RequestName & { attempt: string },
  change: Partial<IdempotencyRow>,
): Promise<boolean> {
  const updated = await tx
    .withTables<Tables>()
    .updateTable('idempotency_keys')
    .set(change)
    .where('app_id', '=', mine.app_id)
    .where('operation', '=', mine.operation)
    .where('key_hash', '=', mine.key_hash)
    .where('attempt', '=', mine.attempt)
    .returning('attempt')
    .executeTakeFirst()
  return updated !== undefined
}

/** Begin anew in the place of an attempt that is over; at most one does. */
export const swapRequest = (tx: Tx, seen: IdempotencyRow, row: IdempotencyRow): Promise<boolean> =>
  updateRequest(tx, seen, row)

/** Note that something was committed. False when the attempt is no longer the one: then nothing may be. */
export const markEffect = (tx: Tx, mine: IdempotencyRow, now: number): Promise<boolean> =>
  updateRequest(tx, mine, { effect_at: now })

export const putAnswer = (tx: Tx, mine: IdempotencyRow, status: number, answer: string): Promise<boolean> =>
  updateRequest(tx, mine, { status, answer })

/** Forget an attempt that has done nothing. */
export async function deleteRequest(tx: Tx, mine: IdempotencyRow): Promise<void> {
  await tx
    .withTables<Tables>()
    .deleteFrom('idempotency_keys')
    .where('app_id', '=', mine.app_id)
    .where('operation', '=', mine.operation)
    .where('key_hash', '=', mine.key_hash)
    .where('attempt', '=', mine.attempt)
    .where('effect_at', 'is', null)
    .execute()
}

/** Delete up to `count` that nobody may repeat any more. */
export const deleteExpiredRequests = (tx: Tx, now: number, count: number): Promise<number> =>
  deleteExpired(tx, 'idempotency_keys', ['app_id', 'operation', 'key_hash'], now, count)
