import type { Application } from '../core/applications/application.ts'
import { listApplications } from '../core/applications/store.ts'
import { checkCanaries } from '../core/imports/canaries.ts'
import type { ReportedLine } from '../core/imports/lines.ts'
import { progressOf } from '../core/imports/progress.ts'
import { cancelImport, pauseImport, resumeImport, rollBackImport, type Stepped } from '../core/imports/steps.ts'
import { findImport } from '../core/imports/store.ts'
import type { ImportRow } from '../core/imports/tables.ts'
import type { Deps } from '../platform/deps.ts'
import { byCli } from './by-cli.ts'
import { describe, follow } from './import/follow.ts'
import { reportImport } from './import/report.ts'
import { pagesOfLines, REPORTED, type ReportedOutcome, readReported, writeReported } from './import/reported-lines.ts'
import { openTerminal, type Terminal } from './import/terminal.ts'
import { commandOf, paused, tryToOpen } from './import.ts'
import { columns, done, misused, type Outcome, refused } from './outcome.ts'

type Of = { readonly app: Application; readonly row: ImportRow }

/** Do something with an import of any application. */
async function ofImport(deps: Deps, id: string, work: (of: Of) => Promise<Outcome>): Promise<Outcome> {
  for (const app of await listApplications(deps.db)) {
    const row = await findImport(deps.db, app.id, id)
    if (row) return await work({ app, row })
  }
  return refused(`there is no import ${id}`)
}

/** `antiphon import status` */
export const importStatus = (deps: Deps, id: string): Promise<Outcome> =>
  ofImport(deps, id, async ({ row }) => {
    const { lines, outcomes } = progressOf(row)
    const plain = [`Import ${row.id} of application ${row.app_id}: ${row.status.replace('_', ' ')}`, describe(row)]
    return done({ import_id: row.id, app_id: row.app_id, status: row.status, lines, outcomes }, plain.join('\n'))
  })

/** `antiphon import report` */
export const importReport = (deps: Deps, id: string): Promise<Outcome> =>
  ofImport(deps, id, async ({ row }) => reportImport(row))

/** `antiphon import verify` */
export const verify = (deps: Deps, id: string): Promise<Outcome> =>
  ofImport(deps, id, async ({ row }) => {
    if (row.sealed_canaries === null) return refused(`import ${id} has no test accounts, or has forgotten them`)
    const canaries = await checkCanaries(deps, row)
    const plain = canaries.map(({ outcome }, i) => `Test account ${i + 1}: ${outcome}`)
    return done(
      { import_id: id, canaries },
      plain.join('\n'),
      canaries.some(({ outcome }) => outcome !== 'ok'),
    )
  })

/** `antiphon import pause` and `cancel` */
export const pauseOrCancel = (deps: Deps, id: string, what: 'pause' | 'cancel'): Promise<Outcome> =>
  ofImport(deps, id, async ({ row }) => {
    const stepped = await byCli(deps, commandOf(row.app_id, `${what}Import`, row.id), (mine) =>
      (what === 'pause' ? pauseImport : cancelImport)(mine, row.app_id, row.id),
    )
    if (stepped.kind !== 'done') return inState(row, stepped)
    const { status, done_lines } = stepped.row
    const json = { import_id: row.id, status, lines: done_lines }
    return done(json, `Import ${row.id} is ${status} after ${done_lines} lines.`)
  })

/** `antiphon import resume`: go on with one that is paused, or whose process died, until it is over. */
export const resume = (deps: Deps, id: string, terminal?: Terminal): Promise<Outcome> =>
  ofImport(deps, id, async ({ app, row }) => {
    const stepped =
      row.status === 'loading'
        ? undefined
        : await byCli(deps, commandOf(app.id, 'resumeImport', row.id), (mine) => resumeImport(mine, app.id, row.id))
    if (stepped && stepped.kind !== 'done') return inState(row, stepped)
    return await toTheEnd(deps, { app, row }, terminal)
  })

/** `antiphon import rollback` */
export const rollback = (deps: Deps, id: string, terminal?: Terminal): Promise<Outcome> =>
  ofImport(deps, id, async ({ app, row }) => {
    const stepped =
      row.status === 'rolling_back'
        ? undefined
        : await byCli(deps, commandOf(app.id, 'rollBackImport', row.id), (mine) => rollBackImport(mine, app.id, row.id))
    if (stepped && stepped.kind !== 'done') return inState(row, stepped)
    return await toTheEnd(deps, { app, row }, terminal)
  })

async function toTheEnd(deps: Deps, { app, row }: Of, terminal = openTerminal(deps.monotonic)): Promise<Outcome> {
  try {
    const followed = await follow(deps, app, row.id, terminal)
    const isStopped = followed.isInterrupted || followed.row.status === 'paused'
    return isStopped ? paused(followed.row) : reportImport(followed.row)
  } finally {
    terminal.close()
  }
}

function inState(row: ImportRow, stepped: Exclude<Stepped, { kind: 'done' }>): Outcome {
  const status = stepped.kind === 'state' ? stepped.status : 'gone'
  const hint = status === 'open' ? '; go on reading with the same command and `--continue`' : ''
  return refused(`import ${row.id} is ${status.replace('_', ' ')}${hint}`)
}

const SHOWN = 50

/** `antiphon import lines`: where they stand and what is wrong; with a file, the lines themselves. */
export const importLines = (deps: Deps, id: string, flags: { outcome: string; out?: string }): Promise<Outcome> =>
  ofImport(deps, id, async ({ row }) => {
    const outcome = REPORTED.find((one) => one === flags.outcome)
    if (!outcome) return misused(`--outcome: is none of ${REPORTED.join(', ')}`)
    return flags.out === undefined
      ? await showLines(deps, row, outcome)
      : await writeLines(deps, row, outcome, flags.out)
  })

async function showLines(deps: Deps, row: ImportRow, outcome: ReportedOutcome): Promise<Outcome> {
  const { value: first = [] } = (await pagesOfLines(deps, row, outcome).next()) as { value?: ReportedLine[] }
  const rows = first.slice(0, SHOWN).map((reported) => {
    const { at } = readReported(reported)
    return { line: reported.line, code: reported.code, field: reported.field ?? null, at }
  })
  const cells = rows.map(({ line, at, code, field }) => [
    String(line),
    [at.file, at.line].filter((part) => part !== undefined).join(':'),
    String(at.byte ?? ''),
    code,
    field ?? '',
  ])
  const more = first.length > SHOWN ? '\nThere are more: `--out <file>` writes all of them, with the users’ data.' : ''
  return done(rows, columns([['LINE', 'OF FILE', 'BYTE', 'CODE', 'FIELD'], ...cells], 'There is no such line.') + more)
}

async function writeLines(deps: Deps, row: ImportRow, outcome: ReportedOutcome, path: string): Promise<Outcome> {
  const file = tryToOpen(path)
  if (typeof file === 'string') return refused(`--out ${path}: ${file}`)
  try {
    const lines = await writeReported(deps, row, [outcome], file)
    return done({ lines }, lines === 1 ? '1 line is written.' : `${lines} lines are written.`)
  } finally {
    file.close()
  }
}
