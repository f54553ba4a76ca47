import { z } from 'zod'
import { type Tx, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { SLICE_MS } from '../../platform/jobs/slice.ts'
import { paced } from '../../platform/pace.ts'
import { emit } from '../events/store.ts'
import { removeUser } from '../users/remove.ts'
import { FIELDS } from './options.ts'
import { type HeldUser, holdUser } from './standing.ts'
import { ROLL_BACK_IMPORT } from './steps.ts'
import { findImport, insertLines, listBrought, moveImport, moveRollback } from './store.ts'
import type { ImportLineRow, ImportRow } from './tables.ts'
import { readTally } from './tally.ts'

const MAX_ATTEMPTS = 1_000

export const rollBack = job({
  kind: ROLL_BACK_IMPORT,
  payload: z.object({ import_id: z.string() }),
  maxAttempts: MAX_ATTEMPTS,
  async run({ import_id }, { appId }, deps) {
    const until = deps.monotonic() + SLICE_MS
    const inPace = paced(deps)
    while (deps.monotonic() < until) {
      const row = await findImport(deps.db, appId, import_id)
      if (row?.status !== 'rolling_back') return undefined
      if (!(await inPace((count) => rollBackSome(deps, row, count)))) return undefined
    }
    return 'again'
  },
})

/** Roll back up to `count` users. False when there is nobody left. */
async function rollBackSome(deps: Deps, row: ImportRow, count: number): Promise<boolean> {
  const { app_id: appId, id, rollback_after: after } = row
  return await deps.transact(async (tx) => {
    const ids = await listBrought(tx, appId, id, after ?? '', count)
    const last = ids.at(-1)
    const tally = readTally(row.tally)
    if (last === undefined) {
      const now = deps.now()
      const change = { status: 'rolled_back' as const, finished_at: now, updated_at: now }
      if (await moveImport(tx, appId, id, ['rolling_back'], change)) {
        const payload = { import_id: id, source: row.source, deleted: tally.deleted, kept: tally.kept }
        await emit(tx, deps, appId, 'import.rolled_back', payload)
      }
      return false
    }
    const kept: ImportLineRow[] = []
    for (const userId of ids) {
      const left = await rollBackUser(tx, deps, appId, userId)
      if (left === 'deleted') tally.deleted += 1
      else kept.push({ ...left, ...keptAt(row, ++tally.kept) })
    }
    await insertLines(tx, kept)
    const change = { rollback_after: last, tally: JSON.stringify(tally), updated_at: deps.now() }
    return (await moveRollback(tx, appId, id, after, change)) ? true : undo(true)
  })
}

type Left = Pick<ImportLineRow, 'external_id' | 'code'>

/** Delete a user, unless the user is in use: then the answer is how one can tell. */
async function rollBackUser(tx: Tx, deps: Deps, appId: string, userId: string): Promise<'deleted' | Left> {
  const held = await holdUser(tx, deps, appId, userId)
  const code = held && reasonToKeep(held)
  if (code !== undefined) return { external_id: held?.user.externalId ?? null, code }
  await removeUser(tx, deps, appId, userId, { quietly: true })
  return 'deleted'
}

function reasonToKeep({ user, imported, standing, hasComeIn }: HeldUser): string | undefined {
  if (imported?.is_new !== 1) return 'linked'
  if (hasComeIn) return 'logged_in'
  // Somebody else's of the customer's by now.
  if (imported.external_id !== null && imported.external_id !== user.externalId) return 'changed_here'
  const { applied, current } = standing
  return FIELDS.some((field) => applied?.[field] !== current[field]) ? 'changed_here' : undefined
}

const keptAt = ({ app_id, id }: ImportRow, line: number) => ({
  app_id,
  import_id: id,
  line,
  start: 0,
  outcome: 'kept' as const,
  field: null,
  sealed: null,
})
