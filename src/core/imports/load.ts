import { z } from 'zod'
import { pause } from '../../platform/clock.ts'
import { undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { enqueue } from '../../platform/jobs/enqueue.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { SLICE_MS } from '../../platform/jobs/slice.ts'
import { paced } from '../../platform/pace.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { directory } from '../applications/directory.ts'
import { emit } from '../events/store.ts'
import { listOAuthConfigs } from '../federation/config-store.ts'
import { listGroups } from '../groups/store.ts'
import { migrationSettings } from '../legacy-users/settings.ts'
import { listSecrets } from '../passwords/secret-store.ts'
import { listAllowedScopes } from '../scopes/store.ts'
import { CHECK_CANARIES } from './canaries.ts'
import type { Mandate } from './change.ts'
import { commitBatch } from './commit.ts'
import { batchSize, framing, type RawLine } from './framing.ts'
import type { ImportOptions } from './options.ts'
import { readPiece } from './pieces.ts'
import { type Grounds, nameOfSecret, type Prepared, prepare } from './prepare.ts'
import { optionsOf, progressOf } from './progress.ts'
import { LOAD_IMPORT } from './steps.ts'
import { advanceImport, findImport, giveTurn, takeTurn } from './store.ts'
import type { ImportRow } from './tables.ts'
import { addsUp, readTally } from './tally.ts'

/** Longer than a slice, and what may hold it up. */
const TURN_MS = 60_000
const WAIT_FOR_TURN_MS = 5_000
/** A crash costs an attempt, and an import may see many. */
const MAX_ATTEMPTS = 1_000

export const loadImport = job({
  kind: LOAD_IMPORT,
  payload: z.object({ import_id: z.string() }),
  maxAttempts: MAX_ATTEMPTS,
  async run({ import_id }, { appId }, deps) {
    const app = await directory(deps).find(appId)
    if (!app) return
    const loaded = await loadSlice(deps, app, import_id)
    if (loaded === 'over') return
    const delayMs = loaded === 'waits' ? WAIT_FOR_TURN_MS : 0
    await deps.transact((tx) => enqueue(tx, deps, appId, LOAD_IMPORT, { import_id }, delayMs))
  },
})

/** Load of an import what can be loaded in a moment. `waits`: another import of the application is loading. */
export async function loadSlice(deps: Deps, app: Application, importId: string): Promise<'goes_on' | 'over' | 'waits'> {
  const row = await findImport(deps.db, app.id, importId)
  if (row?.status !== 'loading') return 'over'
  const now = deps.now()
  if (!(await deps.transact((tx) => takeTurn(tx, app.id, importId, now, now + TURN_MS)))) return 'waits'
  return await loadLines(deps, app, row)
}

async function loadLines(deps: Deps, app: Application, from: ImportRow): Promise<'goes_on' | 'over'> {
  const options = optionsOf(from)
  const mandate: Mandate = {
    appId: app.id,
    importId: from.id,
    mayUpdate: options.update,
    rule: settingsOf(app, migrationSettings).link,
  }
  const grounds = await readGrounds(deps, app.id, options)
  const lines = lineSource(deps, from)
  const until = deps.monotonic() + SLICE_MS
  const inPace = paced(deps)
  let row = from
  while (deps.monotonic() < until) {
    const begun = deps.monotonic()
    const loaded = await inPace((count) => loadBatch(deps, { mandate, grounds, lines, options }, row, count))
    if (loaded === 'goes_on' || loaded === 'over') return loaded
    row = { ...loaded, loading_ms: row.loading_ms + Math.round(deps.monotonic() - begun) }
  }
  return 'goes_on'
}

interface Loading {
  readonly mandate: Mandate
  readonly grounds: Grounds
  readonly lines: ReturnType<typeof lineSource>
  readonly options: ImportOptions
}

async function loadBatch(
  deps: Deps,
  { mandate, grounds, lines, options }: Loading,
  row: ImportRow,
  count: number,
): Promise<ImportRow | 'goes_on' | 'over'> {
  const raws = await lines.next(count)
  if (raws === 'missing') return await goOnElsewhere(deps, row)
  if (raws === 'endless') return await endWith(deps, row, 'a line of more than 16 MiB: this is no NDJSON')
  const prepared = await prepareAll(deps, grounds, raws, row.done_lines)
  if (prepared.length === 0) return await endWith(deps, row, problemOf(row))
  const committed = await commitBatch(deps, mandate, row, prepared, options.dry_run)
  return committed.kind === 'lost' ? 'goes_on' : committed.row
}

/** What is missing of a file has been done by somebody else, who deletes what is done. */
async function goOnElsewhere(deps: Deps, row: ImportRow): Promise<'goes_on'> {
  const now = await findImport(deps.db, row.app_id, row.id)
  if (now?.status === 'loading' && now.done_lines === row.done_lines) throw new Error(`import ${row.id} misses bytes`)
  return 'goes_on'
}

async function readGrounds(deps: Deps, appId: string, { since }: ImportOptions): Promise<Grounds> {
  const configs = await listOAuthConfigs(deps.db, appId)
  return {
    appId,
    scopes: new Set(await listAllowedScopes(deps.db, appId)),
    groups: new Map((await listGroups(deps.db, appId)).map(({ id, name }) => [name, id])),
    secrets: new Set((await listSecrets(deps.db, appId)).map(nameOfSecret)),
    issuers: new Map(configs.map(({ id, issuer }) => [id, issuer])),
    since: since === undefined ? undefined : Date.parse(since),
  }
}

/** A line that is too long is read to its end, where the next begins; none is looked for the end of for ever. */
const ENDLESS_BYTES = 16 * 1024 * 1024

/** The lines of a file that are not done. */
function lineSource(deps: Deps, { app_id, id, done_bytes, received_bytes }: ImportRow) {
  const frames = framing(done_bytes)
  const queue: RawLine[] = []
  let isOver = false
  async function fill() {
    const bytes = frames.at < received_bytes ? await readPiece(deps.db, deps, app_id, id, frames.at) : undefined
    const isEnd = frames.at >= received_bytes
    if (bytes) queue.push(...frames.push(bytes))
    else if (isEnd) queue.push(...frames.end())
    isOver = isEnd
    return bytes !== undefined || isEnd
  }
  return {
    /** As many as there are, at most `count`; none at the end. `missing`: they are not there; `endless`: what is there is not lines. */
    async next(count: number): Promise<RawLine[] | 'missing' | 'endless'> {
      while (!isOver && queue.length < count && frames.lineBytes <= ENDLESS_BYTES) {
        if (!(await fill())) return 'missing'
      }
      if (queue.length === 0 && frames.lineBytes > ENDLESS_BYTES) return 'endless'
      return queue.splice(0, batchSize(queue, count))
    },
  }
}

/** Few enough that nobody waits long. */
const LINES_AT_ONCE = 8

async function prepareAll(deps: Deps, grounds: Grounds, raws: readonly RawLine[], done: number): Promise<Prepared[]> {
  const prepared: Prepared[] = []
  for (const [i, raw] of raws.entries()) {
    if (i % LINES_AT_ONCE === LINES_AT_ONCE - 1) await pause(0)
    prepared.push(await prepare(deps, grounds, raw, done + i + 1))
  }
  return prepared
}

/** Every line is done that will be: say what has come of it, unless somebody else has, or it was paused. */
async function endWith(deps: Deps, row: ImportRow, problem: string | null): Promise<'goes_on' | 'over'> {
  const status = problem === null ? ('completed' as const) : ('failed' as const)
  const change = { status, problem, finished_at: deps.now(), updated_at: deps.now(), loading_ms: row.loading_ms }
  return await deps.transact<'goes_on' | 'over'>(async (tx) => {
    if (!(await advanceImport(tx, row, change))) return undo<'goes_on' | 'over'>('goes_on')
    await giveTurn(tx, row.app_id, row.id)
    const { lines, outcomes } = progressOf(row)
    const { dry_run } = optionsOf(row)
    const unknown_groups = Object.keys(readTally(row.tally).unknown_groups)
    const payload = { import_id: row.id, source: row.source, status, dry_run, lines, outcomes, unknown_groups }
    await emit(tx, deps, row.app_id, 'import.completed', payload)
    if (row.sealed_canaries !== null && !dry_run)
      await enqueue(tx, deps, row.app_id, CHECK_CANARIES, { import_id: row.id })
    return 'over'
  })
}

function problemOf(row: ImportRow): string | null {
  const { expect } = optionsOf(row)
  if (!addsUp(readTally(row.tally), row.done_lines)) return 'the outcomes of the lines do not add up'
  if (expect !== undefined && expect !== row.done_lines) return `${row.done_lines} lines in place of ${expect}`
  return null
}
