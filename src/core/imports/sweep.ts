import type { Tx } from '../../platform/db.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import type { ImportTables } from './tables.ts'

/** How long the lines of an import are kept, and the passwords of its test accounts. */
const KEEP_MS = 30 * 86_400_000

/** Each is large. */
const PIECES_AT_ONCE = 50

export const sweepImports = sweepJob('imports', async (tx, now, limit) => {
  const isMore =
    (await sweepOf(tx, 'import_pieces', Math.min(limit, PIECES_AT_ONCE))) ||
    (await sweepOf(tx, 'import_claims', limit)) ||
    (await forgetOld(tx, now - KEEP_MS, limit))
  return isMore ? limit : 0
})

const OVER = ['completed', 'failed', 'cancelled', 'rolling_back', 'rolled_back'] as const

/** Delete some of what an import needs only until it is over. */
async function sweepOf(tx: Tx, table: 'import_pieces' | 'import_claims', limit: number): Promise<boolean> {
  const tables = tx.withTables<ImportTables>()
  const over = await tables
    .selectFrom('imports')
    .select(['app_id', 'id'])
    .where('status', 'in', OVER)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom(table)
          .select('import_id')
          .whereRef(`${table}.app_id`, '=', 'imports.app_id')
          .whereRef(`${table}.import_id`, '=', 'imports.id'),
      ),
    )
    .limit(1)
    .executeTakeFirst()
  if (!over) return false
  const { app_id, id } = over
  if (table === 'import_pieces') await deletePieces(tx, app_id, id, limit)
  else await deleteClaims(tx, app_id, id, limit)
  return true
}

async function deletePieces(tx: Tx, appId: string, importId: string, limit: number): Promise<void> {
  const tables = tx.withTables<ImportTables>()
  const some = tables
    .selectFrom('import_pieces')
    .select('start')
    .where('app_id', '=', appId)
    .where('import_id', '=', importId)
    .limit(limit)
  await tables
    .deleteFrom('import_pieces')
    .where('app_id', '=', appId)
    .where('import_id', '=', importId)
    .where('start', 'in', some)
    .execute()
}

async function deleteClaims(tx: Tx, appId: string, importId: string, limit: number): Promise<void> {
  const tables = tx.withTables<ImportTables>()
  const some = tables
    .selectFrom('import_claims')
    .select('key')
    .where('app_id', '=', appId)
    .where('import_id', '=', importId)
    .limit(limit)
  await tables
    .deleteFrom('import_claims')
    .where('app_id', '=', appId)
    .where('import_id', '=', importId)
    .where('key', 'in', some)
    .execute()
}

/** Forget the lines and test accounts of an import that nothing has happened to since, and end it if it was never over. False when there is none. */
async function forgetOld(tx: Tx, before: number, limit: number): Promise<boolean> {
  const tables = tx.withTables<ImportTables>()
  const old = await tables
    .selectFrom('imports')
    .select(['app_id', 'id', 'status'])
    .where('updated_at', '<', before)
    .where('swept_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (!old) return false
  const some = tables
    .selectFrom('import_lines')
    .select('line')
    .where('app_id', '=', old.app_id)
    .where('import_id', '=', old.id)
    .limit(limit)
  const { numDeletedRows } = await tables
    .deleteFrom('import_lines')
    .where('app_id', '=', old.app_id)
    .where('import_id', '=', old.id)
    .where('line', 'in', some)
    .executeTakeFirst()
  if (Number(numDeletedRows) > 0) return true
  const isOver = OVER.some((status) => status === old.status)
  await tables
    .updateTable('imports')
    .set({ swept_at: before + KEEP_MS, sealed_canaries: null, ...(!isOver && { status: 'cancelled' as const }) })
    .where('app_id', '=', old.app_id)
    .where('id', '=', old.id)
    .where('updated_at', '<', before)
    .execute()
  return true
}
