import { z } from 'zod'
import type { Deps } from '../../../platform/deps.ts'
import { keySet } from '../../../platform/key-set.ts'
import type { SealedColumn } from '../../../platform/sealed-column.ts'
import { listTokenKeys } from '../../sessions/store/token-keys.ts'
import { type Box, boxOf, keyOfBox } from './box.ts'
import { type Counts, countsShape, withBox, withSession } from './count.ts'
import { keyOfRow, listRows, swapBox } from './store.ts'

export const passShape = z.object({
  /** The key that everything is to be under. */
  newest: z.string(),
  /** Which column is looked at; behind the last of them come the sessions. */
  column: z.number(),
  /** The key of the last row that was. */
  after: z.array(z.union([z.string(), z.number(), z.null()])).nullable(),
  counts: countsShape,
})

/** How far a walk over everything that hangs on a master key is. */
export type Pass = z.output<typeof passShape>

export const newPass = (newest: string): Pass => ({ newest, column: 0, after: null, counts: {} })

/** How a walk goes. */
export interface Walk {
  readonly columns: readonly SealedColumn[]
  /** What names no key hangs on this one, where it opens under none that is here. */
  readonly firstKey: string | undefined
  /** Whether what is under another key than the newest is sealed anew. */
  readonly reseals: boolean
}

const ROWS = 100
const SESSIONS = 1_000

/** Go one slice further. Undefined when the walk is over; then the pass that was given has it all. */
export async function nextSlice(deps: Deps, walk: Walk, pass: Pass): Promise<Pass | undefined> {
  const column = walk.columns[pass.column]
  if (!column) return pass.column === walk.columns.length ? await sliceOfSessions(deps, walk, pass) : undefined
  const rows = await listRows(deps.db, column, pass.after ?? undefined, ROWS)
  const boxes = rows.flatMap((row) => boxOf(column, row) ?? [])
  const found = boxes.map((box) => ({ box, keyId: keyOfBox(deps, column, box, walk.firstKey) }))
  const resealed = walk.reseals && !column.isLeft ? await reseal(deps, column, pass.newest, found) : new Set<Box>()
  const counts = found.reduce(
    (sum: Counts, { box, keyId }) => withBox(sum, resealed.has(box) ? pass.newest : keyId, column.table),
    pass.counts,
  )
  const last = rows.length < ROWS ? undefined : rows.at(-1)
  if (last) return { ...pass, counts, after: keyOfRow(column, last) }
  return { ...pass, counts, column: pass.column + 1, after: null }
}

type Found = { readonly box: Box; readonly keyId: string }

/** Answers the boxes that are under the newest key now. What somebody else writes at the same time is theirs. */
async function reseal(deps: Deps, column: SealedColumn, newest: string, found: readonly Found[]): Promise<Set<Box>> {
  if (keySet(deps).current().newest.id !== newest) return new Set()
  const old = found.flatMap(({ box, keyId }) => {
    const isCurrent = keyId === newest && box.sealed.startsWith('v2.')
    const opened = isCurrent ? undefined : column.box.open(deps, box.context, box.sealed)
    return opened ? [{ box, next: box.with(column.box.seal(deps, box.context, opened)) }] : []
  })
  if (old.length === 0) return new Set()
  return await deps.transact(async (tx) => {
    const done = new Set<Box>()
    for (const { box, next } of old) if (await swapBox(tx, column, box.row, next)) done.add(box)
    return done
  })
}

async function sliceOfSessions(deps: Deps, { firstKey }: Walk, pass: Pass): Promise<Pass> {
  const [app_id, id] = pass.after ?? []
  const rows = await listTokenKeys(
    deps.db,
    pass.after ? { app_id: String(app_id), id: String(id) } : undefined,
    SESSIONS,
  )
  const now = deps.now()
  let { counts } = pass
  for (const { token_key, ended_at, idle_expires_at, expires_at } of rows) {
    const until = Math.min(idle_expires_at, expires_at)
    if (ended_at === null && until > now) counts = withSession(counts, token_key ?? firstKey ?? pass.newest, until)
  }
  const last = rows.length < SESSIONS ? undefined : rows.at(-1)
  return last
    ? { ...pass, counts, after: [last.app_id, last.id] }
    : { ...pass, counts, column: pass.column + 1, after: null }
}

/** Count everything that hangs on a master key, without changing anything. */
export async function countAll(
  deps: Deps,
  columns: readonly SealedColumn[],
  firstKey: string | undefined,
): Promise<Counts> {
  let pass = newPass(keySet(deps).current().newest.id)
  for (;;) {
    const next = await nextSlice(deps, { columns, firstKey, reseals: false }, pass)
    if (!next) return pass.counts
    pass = next
  }
}
