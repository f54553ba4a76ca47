import { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import { enqueue } from '../../platform/jobs/enqueue.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { SLICE_MS } from '../../platform/jobs/slice.ts'
import { paced } from '../../platform/pace.ts'
import { NAME_COLUMNS, nameKeysOf } from './names.ts'
import { listNamedRows, updateNameKeys } from './store/pages.ts'

const FILL_NAMES = 'users/fill-names'
/** The second round finds what nodes of the release before have written beside the first. */
const ROUNDS = 2
const BETWEEN_ROUNDS_MS = 3_600_000

type Place = readonly [appId: string, id: string]
const START: Place = ['', '']

/**
 * Fills in, for users who were there before names could be looked for, the columns by which that is done. Where it was broken off it goes on: what is
 * filled in already is filled in again, which changes nothing.
 */
export const fillNames = job({
  kind: FILL_NAMES,
  payload: z.object({ after: z.tuple([z.string(), z.string()]), round: z.int() }),
  maxAttempts: 1_000,
  async run({ after, round }, { appId }, deps) {
    const place = await fillSlice(deps, after)
    if (place === undefined && round >= ROUNDS) return
    const next = place ? { after: place, round } : { after: START, round: round + 1 }
    const delayMs = place ? 0 : BETWEEN_ROUNDS_MS
    await deps.transact((tx) => enqueue(tx, deps, appId, FILL_NAMES, next, delayMs))
  },
})

/** Fill in what can be in a moment. Answers where to go on; undefined at the end. */
async function fillSlice(deps: Deps, after: Place): Promise<Place | undefined> {
  const until = deps.monotonic() + SLICE_MS
  const inPace = paced(deps)
  let place: Place | undefined = after
  while (place && deps.monotonic() < until) {
    const from: Place = place
    place = await inPace((count) => fillRows(deps, from, count))
  }
  return place
}

async function fillRows(deps: Deps, after: Place, count: number): Promise<Place | undefined> {
  const rows = await listNamedRows(deps.db, after, count)
  const stale = rows.flatMap((row) => {
    const keys = nameKeysOf(JSON.parse(row.profile) as Record<string, unknown>)
    return NAME_COLUMNS.some((column) => row[column] !== keys[column]) ? [{ row, keys }] : []
  })
  if (stale.length > 0) {
    await deps.transact(async (tx) => {
      for (const { row, keys } of stale) await updateNameKeys(tx, row, keys)
    })
  }
  const last = rows.at(-1)
  return rows.length < count || !last ? undefined : [last.app_id, last.id]
}
