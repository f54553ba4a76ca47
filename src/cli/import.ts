import { directory } from '../core/applications/directory.ts'
import type { ImportOptions } from '../core/imports/options.ts'
import { cancelImport, openImport, resumeImport, startImport } from '../core/imports/steps.ts'
import { findImport } from '../core/imports/store.ts'
import type { ImportRow } from '../core/imports/tables.ts'
import type { Deps } from '../platform/deps.ts'
import { unknownApp } from './apps.ts'
import { byCli } from './by-cli.ts'
import { type ImportFlags, type ImportPlan, planImport } from './import/flags.ts'
import { follow } from './import/follow.ts'
import { openPrivateFile, type PrivateFile } from './import/private-file.ts'
import { ChangedFile } from './import/read/joined.ts'
import { reportImport } from './import/report.ts'
import { writeIds, writeReported } from './import/reported-lines.ts'
import { type Sending, type Sent, sendLines } from './import/send.ts'
import { openTerminal, type Terminal } from './import/terminal.ts'
import { describeFault, type Outcome, refused } from './outcome.ts'

type Refused = ReturnType<typeof refused>

/** Files that are written for the operator. */
interface Written {
  readonly mapped: PrivateFile | undefined
  readonly ids: PrivateFile | undefined
  readonly errors: PrivateFile | undefined
}

/** `antiphon import <files…>`: read, map, send, load, report. */
export async function importFiles(
  deps: Deps,
  paths: readonly string[],
  flags: ImportFlags,
  terminal: Terminal = openTerminal(deps.monotonic),
): Promise<Outcome> {
  const plan = planImport(paths, flags)
  if (plan.kind !== 'plan') return plan
  const written = openWritten(flags)
  if ('kind' in written) return written
  let outcome: Outcome | undefined
  try {
    outcome = await run(deps, plan, flags.continue, { written, terminal })
    return outcome
  } finally {
    const isWhole = outcome?.kind === 'done'
    for (const file of Object.values(written)) isWhole ? file?.close() : file?.discard()
    terminal.close()
  }
}

function openWritten({ mapped, ids, errors }: ImportFlags): Written | Refused {
  const opened: Record<string, PrivateFile> = {}
  for (const [name, path] of Object.entries({ mapped, ids, errors })) {
    if (path === undefined) continue
    const file = tryToOpen(path)
    if (typeof file === 'string') {
      for (const other of Object.values(opened)) other.discard()
      return refused(`--${name} ${path}: ${file}`)
    }
    opened[name] = file
  }
  return { mapped: opened.mapped, ids: opened.ids, errors: opened.errors }
}

/** What keeps a file from being written, in words. */
export function tryToOpen(path: string): PrivateFile | string {
  try {
    return openPrivateFile(path) ?? 'is there already, and is not overwritten'
  } catch (error) {
    const fault = describeFault(error)
    if (fault === undefined) throw error
    return fault
  }
}

interface Around {
  readonly written: Written
  readonly terminal: Terminal
}

async function run(deps: Deps, plan: ImportPlan, continued: string | undefined, around: Around): Promise<Outcome> {
  const app = await directory(deps).find(plan.appId)
  if (!app) return unknownApp(plan.appId)
  const begun = await begin(deps, plan, continued)
  if ('kind' in begun) return begun
  around.terminal.show(`Import ${begun.id} of application ${app.id}`, { isLast: true })
  const sent = begun.status === 'open' ? await bring(deps, begun, plan, around) : undefined
  if (sent && sent.kind !== 'sent') return sent
  const { row, isInterrupted } = await follow(deps, app, begun.id, around.terminal)
  if (isInterrupted || row.status === 'paused') return paused(row)
  if (around.written.errors) await writeReported(deps, row, ['refused', 'conflict'], around.written.errors)
  if (around.written.ids && !plan.dryRun) await writeIds(deps, row, around.written.ids)
  return reportImport(row, sent)
}

/** A new import, or one that was broken off. */
async function begin(deps: Deps, plan: ImportPlan, continued: string | undefined): Promise<ImportRow | Refused> {
  if (continued !== undefined) {
    const found = await findImport(deps.db, plan.appId, continued)
    if (!found) return refused(`--continue: application ${plan.appId} has no import ${continued}`)
    if (!isOf(plan, found)) return notSent(found, { kind: 'other_files' })
    const resumed = await byCli(deps, commandOf(plan.appId, 'resumeImport', continued), (mine) =>
      resumeImport(mine, plan.appId, continued),
    )
    return resumed.kind === 'done' ? resumed.row : found
  }
  const { source, canaries } = plan
  const opened = await byCli(deps, { appId: plan.appId, operation: 'createImport' }, (mine) =>
    openImport(mine, plan.appId, { source: source.name, options: optionsIn(plan), canaries }),
  )
  return opened.kind === 'opened'
    ? opened.row
    : refused('the application has twenty imports that are not over: cancel one with `antiphon import cancel`')
}

/** What a command does to an import, by the name of the operation that does the same. */
export const commandOf = (appId: string, operation: string, importID: string) => ({
  appId,
  operation,
  target: { importID },
})

const optionsIn = ({ update, since, expect, dryRun }: ImportPlan): ImportOptions => ({
  update: [...update],
  since,
  expect,
  dry_run: dryRun,
})

/** Whether an import does what is asked for: one that is tried must not be taken for one that loads, nor the reverse. */
const isOf = (plan: ImportPlan, row: ImportRow) =>
  row.source === plan.source.name && row.options === JSON.stringify(optionsIn(plan))

/** Bring the lines of the files and begin to load them. */
async function bring(deps: Deps, row: ImportRow, plan: ImportPlan, around: Around): Promise<Sent | Refused> {
  const { mapped } = around.written
  const sending = await send(deps, row, plan, { mapped, terminal: around.terminal })
  if (sending.kind !== 'sent') return notSent(row, sending)
  const { rows } = sending.sums
  if (plan.expect !== undefined && plan.expect !== rows && !plan.dryRun) {
    await byCli(deps, commandOf(row.app_id, 'cancelImport', row.id), (mine) => cancelImport(mine, row.app_id, row.id))
    return refused(`--expect: the files have ${rows} users in place of ${plan.expect}; nothing was loaded`)
  }
  await byCli(deps, commandOf(row.app_id, 'startImport', row.id), (mine) =>
    startImport(mine, row.app_id, row.id, sending.sha256),
  )
  return sending
}

type Unreadable = { readonly kind: 'unreadable'; readonly fault: string }

async function send(...args: Parameters<typeof sendLines>): Promise<Sending | Unreadable> {
  try {
    return await sendLines(...args)
  } catch (error) {
    if (error instanceof ChangedFile) return { kind: 'unreadable', fault: 'a file was changed while it was read' }
    const isOfFile = typeof (error as { path?: unknown }).path === 'string'
    if (!isOfFile) throw error
    return { kind: 'unreadable', fault: describeFault(error) ?? 'a file cannot be read' }
  }
}

function notSent(row: ImportRow, sending: Exclude<Sending | Unreadable, Sent>): Refused {
  const again = `go on with the same command and \`--continue ${row.id}\`, or end it with \`antiphon import cancel ${row.id}\``
  switch (sending.kind) {
    case 'interrupted':
      return refused(`reading was stopped and nothing is loaded yet: ${again}`)
    case 'unreadable':
      return refused(`${sending.fault}; nothing is loaded yet: ${again}`)
    case 'other_files':
      return refused(`--continue: these are other files, or other flags, than import ${row.id} was begun with`)
    case 'refused':
      return refused(
        sending.reason === 'too_large'
          ? 'the users are too many for one import: bring them as several'
          : `import ${row.id} takes no more lines`,
      )
  }
}

export const paused = (row: ImportRow): Refused =>
  refused(
    row.status === 'rolling_back'
      ? `import ${row.id} is rolled back in part: a running server goes on, and so does \`antiphon import rollback ${row.id}\``
      : `import ${row.id} is paused after ${row.done_lines} lines: go on with \`antiphon import resume ${row.id}\``,
  )
