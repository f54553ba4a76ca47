import { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { keySet } from '../../platform/key-set.ts'
import type { SealedColumn } from '../../platform/sealed-column.ts'
import { newPass, nextSlice, type Pass, passShape } from './boxes/pass.ts'
import { findDatabaseKey } from './canary.ts'
import { findRotation, updateRotation } from './store.ts'
import type { RotationRow } from './tables.ts'

/** Well within the minute for which a job is leased. */
const WORK_MS = 30_000
const EVERY_MS = 3_600_000

/**
 * Seals anew, under the newest master key, what is under an older one, slice by slice, and counts what hangs on which. Only while a process has
 * older ones, and only toward the key that the database is under.
 */
export const resealJob = (columns: readonly SealedColumn[]) =>
  job({
    kind: 'master-key/reseal',
    payload: z.null(),
    everySeconds: 60,
    async run(_payload, _context, deps) {
      const pass = await findPass(deps)
      const rotation = pass && (await findRotation(deps.db))
      if (pass && rotation) await walkOn(deps, columns, rotation.first_key, pass)
    },
  })

/** The pass that is to be gone on with; undefined when there is none for now. */
async function findPass(deps: Deps): Promise<Pass | undefined> {
  const { all, newest } = keySet(deps).current()
  if (all.length === 1 || (await findDatabaseKey(deps))?.id !== newest.id) return undefined
  const rotation = await findRotation(deps.db)
  return rotation && decidePass(rotation, newest.id, deps.now())
}

/** Decide what to do next: go on with a pass, begin one, or nothing. */
export function decidePass(
  { pass, found_at }: Pick<RotationRow, 'pass' | 'found_at'>,
  newest: string,
  now: number,
): Pass | undefined {
  const underWay = pass === null ? undefined : passShape.parse(JSON.parse(pass))
  if (underWay?.newest === newest) return underWay
  const isDue = found_at === null || now - found_at >= EVERY_MS || found_at > now
  return isDue ? newPass(newest) : undefined
}

async function walkOn(deps: Deps, columns: readonly SealedColumn[], firstKey: string, begun: Pass): Promise<void> {
  const { all } = keySet(deps).current()
  const walk = { columns, firstKey: all.some(({ id }) => id === firstKey) ? undefined : firstKey, reseals: true }
  const until = deps.monotonic() + WORK_MS
  let pass = begun
  while (deps.monotonic() < until) {
    const next = await nextSlice(deps, walk, pass)
    const noted = next
      ? { pass: JSON.stringify(next) }
      : { pass: null, found: JSON.stringify(pass.counts), found_at: deps.now() }
    await deps.transact((tx) => updateRotation(tx, noted))
    if (!next) return
    pass = next
  }
}
