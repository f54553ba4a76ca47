import type { Db, Tx } from '../../platform/db.ts'
import type { ImportedUserRow, ImportLineRow, ImportRow, ImportStatus, ImportTables } from './tables.ts'

export async function insertImport(tx: Tx, row: ImportRow): Promise<void> {
  await tx.withTables<ImportTables>().insertInto('imports').values(row).execute()
}

export async function findImport(db: Db, appId: string, id: string): Promise<ImportRow | undefined> {
  return await db
    .withTables<ImportTables>()
    .selectFrom('imports')
    .selectAll()
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Newest first. */
export async function listImports(
  db: Db,
  appId: string,
  before: string | undefined,
  limit: number,
): Promise<ImportRow[]> {
  return await db
    .withTables<ImportTables>()
    .selectFrom('imports')
    .selectAll()
    .where('app_id', '=', appId)
    .$if(before !== undefined, (query) => query.where('id', '<', before as string))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export async function countUnfinished(db: Db, appId: string): Promise<number> {
  const row = await db
    .withTables<ImportTables>()
    .selectFrom('imports')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('app_id', '=', appId)
    .where('status', 'in', ['open', 'loading', 'paused', 'rolling_back'])
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

export type ImportChange = Partial<Omit<ImportRow, 'app_id' | 'id' | 'created_at'>> & { updated_at: number }

/** Move an import on from one of these states. Undefined when it is in another. */
export async function moveImport(
  tx: Tx,
  appId: string,
  id: string,
  from: readonly ImportStatus[],
  change: ImportChange,
): Promise<ImportRow | undefined> {
  return await tx
    .withTables<ImportTables>()
    .updateTable('imports')
    .set(change)
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('status', 'in', from)
    .returningAll()
    .executeTakeFirst()
}

/** Note that more of the file is here, from an offset on. False when the import has more, or less, or takes no more. */
export async function receiveBytes(
  tx: Tx,
  appId: string,
  id: string,
  offset: number,
  change: ImportChange,
): Promise<boolean> {
  const row = await tx
    .withTables<ImportTables>()
    .updateTable('imports')
    .set(change)
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('status', '=', 'open')
    .where('received_bytes', '=', offset)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Commit what has been done of an import in a state, from `doneBytes` on. False when somebody else has, or it is in another state. */
export async function advanceImport(
  tx: Tx,
  before: Pick<ImportRow, 'app_id' | 'id' | 'status' | 'done_bytes' | 'done_lines'>,
  change: ImportChange,
): Promise<boolean> {
  const row = await tx
    .withTables<ImportTables>()
    .updateTable('imports')
    .set(change)
    .where('app_id', '=', before.app_id)
    .where('id', '=', before.id)
    .where('status', '=', before.status)
    .where('done_bytes', '=', before.done_bytes)
    .where('done_lines', '=', before.done_lines)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Imports of every application whose test accounts are known still. */
export async function listWithCanaries(db: Db): Promise<ImportRow[]> {
  return await db
    .withTables<ImportTables>()
    .selectFrom('imports')
    .selectAll()
    .where('sealed_canaries', 'is not', null)
    .where('status', 'in', ['completed', 'failed', 'cancelled'])
    .execute()
}

export async function putCanaryResults(tx: Tx, appId: string, id: string, results: string): Promise<void> {
  await tx
    .withTables<ImportTables>()
    .updateTable('imports')
    .set({ canary_results: results })
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .execute()
}

/** Users whom an import made or linked, by id, behind one. */
export async function listBrought(
  db: Db,
  appId: string,
  importId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .withTables<ImportTables>()
    .selectFrom('imported_users')
    .select('user_id')
    .where('app_id', '=', appId)
    .where('import_id', '=', importId)
    .where('user_id', '>', after)
    .orderBy('user_id')
    .limit(limit)
    .execute()
  return rows.map(({ user_id }) => user_id)
}

/** Note how far a rollback is. False when somebody else has gone on with it. */
export async function moveRollback(
  tx: Tx,
  appId: string,
  id: string,
  from: string | null,
  change: ImportChange,
): Promise<boolean> {
  const row = await tx
    .withTables<ImportTables>()
    .updateTable('imports')
    .set(change)
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('status', '=', 'rolling_back')
    .where('rollback_after', '=', from ?? '')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteImportedUser(tx: Tx, appId: string, userId: string): Promise<void> {
  await tx
    .withTables<ImportTables>()
    .deleteFrom('imported_users')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .execute()
}

/** Take the turn of an application for an import, or keep it. False while another import has it. */
export async function takeTurn(tx: Tx, appId: string, importId: string, now: number, until: number): Promise<boolean> {
  const row = await tx
    .withTables<ImportTables>()
    .insertInto('import_turns')
    .values({ app_id: appId, import_id: importId, expires_at: until })
    .onConflict((conflict) =>
      conflict
        .column('app_id')
        .doUpdateSet({ import_id: importId, expires_at: until })
        .where((eb) => eb.or([eb('import_turns.import_id', '=', importId), eb('import_turns.expires_at', '<=', now)])),
    )
    .returning('import_id')
    .executeTakeFirst()
  return row !== undefined
}

export async function giveTurn(tx: Tx, appId: string, importId: string): Promise<void> {
  await tx
    .withTables<ImportTables>()
    .deleteFrom('import_turns')
    .where('app_id', '=', appId)
    .where('import_id', '=', importId)
    .execute()
}

/** Note of many users that an import has made or linked them. */
export async function insertImportedUsers(tx: Tx, rows: readonly ImportedUserRow[]): Promise<void> {
  await tx.withTables<ImportTables>().insertInto('imported_users').values(rows).execute()
}

/** Note what of a record a user has by now. */
export async function putImportedUser(tx: Tx, row: ImportedUserRow): Promise<void> {
  const { applied, source_updated_at, source_seen_at } = row
  await tx
    .withTables<ImportTables>()
    .insertInto('imported_users')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['app_id', 'user_id']).doUpdateSet({ applied, source_updated_at, source_seen_at }),
    )
    .execute()
}

export async function findImportedUser(db: Db, appId: string, userId: string): Promise<ImportedUserRow | undefined> {
  return await db
    .withTables<ImportTables>()
    .selectFrom('imported_users')
    .selectAll()
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
}

const LINES_PER_STATEMENT = 100

export async function insertLines(tx: Tx, rows: readonly ImportLineRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += LINES_PER_STATEMENT) {
    const some = rows.slice(start, start + LINES_PER_STATEMENT)
    await tx.withTables<ImportTables>().insertInto('import_lines').values(some).execute()
  }
}

/** Which lines of an import, in the order of the file. */
export interface LinePlace {
  readonly appId: string
  readonly importId: string
  readonly outcome: ImportLineRow['outcome']
  /** Whether the lines themselves are wanted: each may be large. */
  readonly withText: boolean
}

export async function listLines(
  db: Db,
  { appId, importId, outcome, withText }: LinePlace,
  after: number,
  limit: number,
): Promise<(Omit<ImportLineRow, 'sealed'> & { sealed?: string | null })[]> {
  return await db
    .withTables<ImportTables>()
    .selectFrom('import_lines')
    .select(['app_id', 'import_id', 'line', 'start', 'outcome', 'external_id', 'field', 'code'])
    .$if(withText, (query) => query.select('sealed'))
    .where('app_id', '=', appId)
    .where('import_id', '=', importId)
    .where('outcome', '=', outcome)
    .where('line', '>', after)
    .orderBy('line')
    .limit(limit)
    .execute()
}

/** External id → id of users whom imports made or linked, by user id: of one import, or of all of the application. */
export async function listImportedIds(
  db: Db,
  appId: string,
  importId: string | undefined,
  after: string | undefined,
  limit: number,
): Promise<{ id: string; external_id: string | null }[]> {
  return await db
    .withTables<ImportTables & { users: { app_id: string; id: string; external_id: string | null } }>()
    .selectFrom('imported_users')
    .innerJoin('users', (join) =>
      join.onRef('users.app_id', '=', 'imported_users.app_id').onRef('users.id', '=', 'imported_users.user_id'),
    )
    .select(['users.id', 'users.external_id'])
    .where('imported_users.app_id', '=', appId)
    .$if(importId !== undefined, (query) => query.where('imported_users.import_id', '=', importId as string))
    .$if(after !== undefined, (query) => query.where('imported_users.user_id', '>', after as string))
    .orderBy('imported_users.user_id')
    .limit(limit)
    .execute()
}
