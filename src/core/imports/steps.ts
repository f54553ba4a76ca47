import { encode } from '../../crypto/base64url.ts'
import { sha256 } from '../../crypto/hash.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { orderedIds } from '../../platform/ids.ts'
import { enqueue } from '../../platform/jobs/enqueue.ts'
import { tellChange } from '../audit/audited.ts'
import type { Canary, ImportOptions } from './options.ts'
import { insertPiece, PIECE_BYTES, pieceRow } from './pieces.ts'
import { sealAt } from './sealed.ts'
import {
  countUnfinished,
  findImport,
  giveTurn,
  type ImportChange,
  insertImport,
  moveImport,
  receiveBytes,
} from './store.ts'
import type { ImportRow, ImportStatus } from './tables.ts'
import { emptyTally } from './tally.ts'

/** Bytes of one request that brings lines. */
export const MAX_CHUNK_BYTES = 8 * 1024 * 1024
/** Bytes of one file. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024 * 1024
/** Imports of an application that are not over. */
const MAX_UNFINISHED = 20

export const LOAD_IMPORT = 'imports/load'
export const ROLL_BACK_IMPORT = 'imports/roll-back'

export interface NewImport {
  readonly source: string
  readonly options: ImportOptions
  readonly canaries: readonly Canary[]
}

/** Begin an import: lines can be sent from now on. */
export async function openImport(
  deps: Deps,
  appId: string,
  { source, options, canaries }: NewImport,
): Promise<{ kind: 'opened'; row: ImportRow } | { kind: 'too_many' }> {
  const id = orderedIds(deps)('imp')
  const now = deps.now()
  const row: ImportRow = {
    app_id: appId,
    id,
    source,
    status: 'open',
    options: JSON.stringify(options),
    sealed_canaries: canaries.length > 0 ? sealAt(deps, [appId, id, 'canaries'], JSON.stringify(canaries)) : null,
    canary_results: null,
    received_bytes: 0,
    last_offset: 0,
    last_digest: '',
    done_bytes: 0,
    done_lines: 0,
    tally: JSON.stringify(emptyTally()),
    loading_ms: 0,
    problem: null,
    file_sha256: null,
    created_at: now,
    updated_at: now,
    started_at: null,
    finished_at: null,
    rollback_after: null,
    swept_at: null,
  }
  return await deps.transact(async (tx) => {
    if ((await countUnfinished(tx, appId)) >= MAX_UNFINISHED) return { kind: 'too_many' }
    tellChange(deps, { target: { importID: id }, after: { source, ...options } })
    await insertImport(tx, row)
    return { kind: 'opened', row }
  })
}

export type Appended =
  | { kind: 'appended'; receivedBytes: number }
  /** `receivedBytes`: where to go on. */
  | { kind: 'elsewhere'; receivedBytes: number }
  | { kind: 'unknown' | 'closed' | 'too_large' }

/**
 * Keep the next bytes of the file, NDJSON in UTF-8: lines may begin in one call and end in another. A call that is made again, for its answer was
 * lost, changes nothing; one that was broken off in the middle is gone on with.
 */
export async function appendLines(
  deps: Deps,
  appId: string,
  id: string,
  offset: number,
  bytes: Uint8Array,
): Promise<Appended> {
  const found = await findImport(deps.db, appId, id)
  if (!found) return { kind: 'unknown' }
  if (found.status !== 'open') return { kind: 'closed' }
  const digest = encode(sha256(bytes))
  const isAgain = offset === found.last_offset && digest === found.last_digest
  if (offset !== found.received_bytes && !isAgain) return { kind: 'elsewhere', receivedBytes: found.received_bytes }
  if (offset + bytes.byteLength > MAX_FILE_BYTES) return { kind: 'too_large' }

  for (let at = Math.max(offset, found.received_bytes); at < offset + bytes.byteLength; ) {
    const some = bytes.subarray(at - offset, at - offset + PIECE_BYTES)
    const piece = pieceRow(deps, appId, id, at, some)
    const end = at + some.byteLength
    const change = { received_bytes: end, last_offset: offset, last_digest: digest, updated_at: deps.now() }
    const kept = await deps.transact(async (tx) => {
      // Of two who send the same, one is first.
      if (!(await receiveBytes(tx, appId, id, at, change))) return false
      await insertPiece(tx, piece)
      return true
    })
    if (!kept) return await appendLines(deps, appId, id, offset, bytes)
    at = end
  }
  return { kind: 'appended', receivedBytes: offset + bytes.byteLength }
}

/** `state`: the import is in another state, which does not let it do this. */
export type Stepped = { kind: 'done'; row: ImportRow } | { kind: 'state'; status: ImportStatus } | { kind: 'unknown' }

type Step = (deps: Deps, appId: string, id: string) => Promise<Stepped>

/** Load what was received: no more lines are taken from now on. `fileSha256`: of what the caller read, in hexadecimal. */
export const startImport = (deps: Deps, appId: string, id: string, fileSha256?: string): Promise<Stepped> =>
  step(deps, appId, id, ['open'], {
    change: { status: 'loading', started_at: deps.now(), file_sha256: fileSha256 ?? null },
    alongside: (tx) => enqueue(tx, deps, appId, LOAD_IMPORT, { import_id: id }),
  })

/** The batch that is under way is still committed. */
export const pauseImport: Step = (deps, appId, id) =>
  step(deps, appId, id, ['loading'], { change: { status: 'paused' }, alongside: (tx) => giveTurn(tx, appId, id) })

export const resumeImport: Step = (deps, appId, id) =>
  step(deps, appId, id, ['paused'], {
    change: { status: 'loading' },
    alongside: (tx) => enqueue(tx, deps, appId, LOAD_IMPORT, { import_id: id }),
  })

/** End it for good. What was loaded stays; a rollback takes it away. */
export const cancelImport: Step = (deps, appId, id) =>
  step(deps, appId, id, ['open', 'loading', 'paused'], {
    change: { status: 'cancelled', finished_at: deps.now() },
    alongside: (tx) => giveTurn(tx, appId, id),
  })

/** Delete the users whom it made and nobody has used since. */
export const rollBackImport: Step = (deps, appId, id) =>
  step(deps, appId, id, ['completed', 'failed', 'cancelled'], {
    change: { status: 'rolling_back', finished_at: null, rollback_after: '', swept_at: null },
    alongside: (tx) => enqueue(tx, deps, appId, ROLL_BACK_IMPORT, { import_id: id }),
  })

async function step(
  deps: Deps,
  appId: string,
  id: string,
  from: readonly ImportStatus[],
  { change, alongside }: { change: Omit<ImportChange, 'updated_at'>; alongside: (tx: Tx) => Promise<void> },
): Promise<Stepped> {
  return await deps.transact<Stepped>(async (tx) => {
    const row = await moveImport(tx, appId, id, from, { ...change, updated_at: deps.now() })
    if (row) {
      await alongside(tx)
      return { kind: 'done', row }
    }
    const found = await findImport(tx, appId, id)
    return found ? { kind: 'state', status: found.status } : { kind: 'unknown' }
  })
}
