import type { Db, Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { openAt, sealAt } from './sealed.ts'
import type { ImportPieceRow, ImportTables } from './tables.ts'

/** So much is sealed, opened or written at a time: nobody waits long for it. */
export const PIECE_BYTES = 64 * 1024

export interface Piece {
  readonly start: number
  readonly size: number
}

/** The row of a piece. Slow, as sealing is: for outside of transactions. */
export const pieceRow = (
  deps: Deps,
  appId: string,
  importId: string,
  start: number,
  bytes: Uint8Array,
): ImportPieceRow => ({
  app_id: appId,
  import_id: importId,
  start,
  size: bytes.byteLength,
  sealed: sealAt(deps, [appId, importId, 'piece', start], bytes),
})

export async function insertPiece(tx: Tx, row: ImportPieceRow): Promise<void> {
  await tx.withTables<ImportTables>().insertInto('import_pieces').values(row).execute()
}

/** The bytes of the piece that holds an offset, from the offset on; undefined when there is none. */
export async function readPiece(
  db: Db,
  deps: Deps,
  appId: string,
  importId: string,
  offset: number,
): Promise<Buffer | undefined> {
  const row = await db
    .withTables<ImportTables>()
    .selectFrom('import_pieces')
    .selectAll()
    .where('app_id', '=', appId)
    .where('import_id', '=', importId)
    .where('start', '<=', offset)
    .orderBy('start', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row || row.start + row.size <= offset) return undefined
  return openAt(deps, [appId, importId, 'piece', row.start], row.sealed).subarray(offset - row.start)
}

/** Delete pieces of which nothing is needed any more: all that end at or before an offset. */
export async function deletePieces(tx: Tx, appId: string, importId: string, offset: number): Promise<void> {
  await tx
    .withTables<ImportTables>()
    .deleteFrom('import_pieces')
    .where('app_id', '=', appId)
    .where('import_id', '=', importId)
    .where('start', '<', offset)
    .where((eb) => eb(eb('start', '+', eb.ref('size')), '<=', offset))
    .execute()
}
