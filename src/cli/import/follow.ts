import type { Application } from '../../core/applications/application.ts'
import { checkCanaries } from '../../core/imports/canaries.ts'
import { loadSlice } from '../../core/imports/load.ts'
import { optionsOf, progressOf } from '../../core/imports/progress.ts'
import { rollBack } from '../../core/imports/rollback.ts'
import { pauseImport } from '../../core/imports/steps.ts'
import { findImport } from '../../core/imports/store.ts'
import type { ImportRow } from '../../core/imports/tables.ts'
import { pause } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { byCli } from '../by-cli.ts'
import { progressLine, type Terminal } from './terminal.ts'

/** The import when it is over, or when somebody has paused it. */
export type Followed = { readonly row: ImportRow; readonly isInterrupted: boolean }

const LOOK_EVERY_MS = 250
/** Who got nothing done was in the way of somebody else who does the same. */
const BESIDE_ANOTHER_MS = 500

/**
 * Do an import's work until it is over: no server needs to run, and where one does, it does the rest when this process is stopped. Whoever
 * interrupts pauses the import.
 */
export async function follow(deps: Deps, app: Application, id: string, terminal: Terminal): Promise<Followed> {
  for (;;) {
    const row = await look(deps, app, id)
    if (row.status !== 'loading' && row.status !== 'rolling_back') {
      terminal.show(describe(row), { isLast: true })
      return { row: await withCanaries(deps, row), isInterrupted: false }
    }
    if (terminal.isInterrupted()) {
      if (row.status === 'loading') await interrupt(deps, app.id, id)
      return { row: await look(deps, app, id), isInterrupted: true }
    }
    await workBeside(deps, app, row, terminal)
  }
}

/** What was loaded says at once whether its test accounts can log in. */
async function withCanaries(deps: Deps, row: ImportRow): Promise<ImportRow> {
  const isUntried = row.status === 'completed' && row.sealed_canaries !== null && row.canary_results === null
  if (!isUntried || optionsOf(row).dry_run) return row
  await checkCanaries(deps, row)
  return await look(deps, { id: row.app_id }, row.id)
}

/** Work for a moment, and show meanwhile how far it is. */
async function workBeside(deps: Deps, app: Application, row: ImportRow, terminal: Terminal): Promise<void> {
  const begun = deps.monotonic()
  let isWorking = true
  const work = doSome(deps, app, row).finally(() => {
    isWorking = false
  })
  while (isWorking) {
    terminal.show(describe(await look(deps, app, row.id)))
    if (terminal.isInterrupted() && row.status === 'loading') await interrupt(deps, app.id, row.id)
    await Promise.race([work, pause(LOOK_EVERY_MS)])
  }
  await work
  const after = await look(deps, app, row.id)
  const isIdle = after.status === row.status && deps.monotonic() - begun < BESIDE_ANOTHER_MS
  if (isIdle) await pause(BESIDE_ANOTHER_MS)
}

async function doSome(deps: Deps, app: Application, row: ImportRow): Promise<void> {
  if (row.status === 'loading') await loadSlice(deps, app, row.id)
  else await rollBack.run({ import_id: row.id }, { appId: app.id, jobId: '' }, deps)
}

async function look(deps: Deps, app: Pick<Application, 'id'>, id: string): Promise<ImportRow> {
  const row = await findImport(deps.db, app.id, id)
  if (!row) throw new Error(`import ${id} is gone`)
  return row
}

const NAMES: Readonly<Partial<Record<ImportRow['status'], string>>> = {
  rolling_back: 'Rolling back',
  rolled_back: 'Rolling back',
}

export function describe(row: ImportRow): string {
  const { lines, received_bytes, loaded_bytes, lines_per_second = 0, seconds_left } = progressOf(row)
  const done = received_bytes === 0 ? 1 : loaded_bytes / received_bytes
  return progressLine(NAMES[row.status] ?? 'Loading', {
    done,
    lines,
    rate: lines_per_second,
    secondsLeft: seconds_left,
  })
}

const interrupt = (deps: Deps, appId: string, importID: string) =>
  byCli(deps, { appId, operation: 'pauseImport', target: { importID } }, (mine) => pauseImport(mine, appId, importID))
