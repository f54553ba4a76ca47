import { importOptions } from '../core/imports/options.ts'
import { monotonicClock } from '../platform/clock.ts'
import { unknownApp } from './apps.ts'
import { type Import, Unanswered, unanswered } from './import/calls.ts'
import { type ImportFlags, type ImportPlan, planImport } from './import/flags.ts'
import { follow } from './import/follow.ts'
import type { Place } from './import/place.ts'
import { ChangedFile } from './import/read/joined.ts'
import { reportImport } from './import/report.ts'
import { writeIds, writeReported } from './import/reported-lines.ts'
import { type Sending, type Sent, sendLines } from './import/send.ts'
import { openTerminal, type Terminal } from './import/terminal.ts'
import { openWritten, type Written } from './import/written.ts'
import { describeFault, type Outcome, refused } from './outcome.ts'

type Refused = ReturnType<typeof refused>

/** `antiphon import <files…>`: read, map, send, load, report. `at`: where the imports of an application are. */
export async function importFiles(
  at: (appId: string) => Place,
  paths: readonly string[],
  flags: ImportFlags,
  terminal: Terminal = openTerminal(monotonicClock),
): Promise<Outcome> {
  const plan = planImport(paths, flags)
  if (plan.kind !== 'plan') return plan
  const written = openWritten(flags)
  if ('kind' in written) return written
  let outcome: Outcome | undefined
  try {
    outcome = await run(at(plan.appId), plan, flags.continue, { written, terminal })
    return outcome
  } finally {
    const isWhole = outcome?.kind === 'done'
    for (const file of Object.values(written)) isWhole ? file?.close() : file?.discard()
    terminal.close()
  }
}

interface Around {
  readonly written: Written
  readonly terminal: Terminal
}

async function run(place: Place, plan: ImportPlan, continued: string | undefined, around: Around): Promise<Outcome> {
  let begun: Import | undefined
  try {
    const one = await begin(place, plan, continued)
    if ('kind' in one) return one
    begun = one
    return await bringAll(place, plan, begun, around)
  } catch (error) {
    return unanswered(error, begun && `; ${goOn(begun)}`)
  }
}

async function bringAll(place: Place, plan: ImportPlan, begun: Import, around: Around): Promise<Outcome> {
  const { calls } = place
  around.terminal.show(`Import ${begun.id} of application ${calls.appId}`, { isLast: true })
  const sent = begun.status === 'open' ? await bring(place, begun, plan, around) : undefined
  if (sent && sent.kind !== 'sent') return sent
  const { one, isInterrupted } = await follow(place, begun.id, around.terminal)
  if (isInterrupted || one.status === 'paused') return paused(one)
  const { errors, ids } = around.written
  if (errors) await writeReported(calls, one.id, ['refused', 'conflict'], errors)
  if (ids && !plan.dryRun) await writeIds(calls, one.id, ids)
  return reportImport(one.id, calls.appId, await calls.report(one.id), sent)
}

/** A new import, or one that was broken off. */
async function begin({ calls }: Place, plan: ImportPlan, continued: string | undefined): Promise<Import | Refused> {
  if (continued !== undefined) {
    const found = await calls.find(continued)
    if (!found) return refused(`--continue: application ${plan.appId} has no import ${continued}`)
    if (!isOf(plan, found)) return notSent(found, { kind: 'other_files' })
    return found.status === 'paused' ? ((await calls.step(found.id, 'resumeImport')) ?? found) : found
  }
  const { source, canaries } = plan
  const opened = await calls.create({ ...optionsIn(plan), source: source.name, canaries })
  if (opened === 'missing') return unknownApp(plan.appId)
  return opened === 'too_many'
    ? refused('the application has twenty imports that are not over: cancel one with `antiphon import cancel`')
    : opened
}

const optionsIn = ({ update, since, expect, dryRun }: ImportPlan) =>
  importOptions.parse({ update, since, expect, dry_run: dryRun })

/** Whether an import does what is asked for: one that is tried must not be taken for one that loads, nor the reverse. */
const isOf = (plan: ImportPlan, { source, options }: Import) =>
  source === plan.source.name && JSON.stringify(importOptions.parse(options)) === JSON.stringify(optionsIn(plan))

/** Bring the lines of the files and begin to load them. */
async function bring({ calls }: Place, one: Import, plan: ImportPlan, around: Around): Promise<Sent | Refused> {
  const { mapped } = around.written
  const sending = await send(calls, one, plan, { mapped, terminal: around.terminal })
  if (sending.kind !== 'sent') return notSent(one, sending)
  const { rows } = sending.sums
  if (plan.expect !== undefined && plan.expect !== rows && !plan.dryRun) {
    await calls.step(one.id, 'cancelImport')
    return refused(`--expect: the files have ${rows} users in place of ${plan.expect}; nothing was loaded`)
  }
  await calls.start(one.id, sending.sha256)
  return sending
}

type Unreadable = { readonly kind: 'unreadable'; readonly fault: string }

async function send(...args: Parameters<typeof sendLines>): Promise<Sending | Unreadable> {
  try {
    return await sendLines(...args)
  } catch (error) {
    if (error instanceof ChangedFile) return { kind: 'unreadable', fault: 'a file was changed while it was read' }
    const isOfFile = !(error instanceof Unanswered) && typeof (error as { path?: unknown }).path === 'string'
    if (!isOfFile) throw error
    return { kind: 'unreadable', fault: describeFault(error) ?? 'a file cannot be read' }
  }
}

const goOn = ({ id }: Import) =>
  `go on with the same command and \`--continue ${id}\`, or end it with \`antiphon import cancel ${id}\``

function notSent(one: Import, sending: Exclude<Sending | Unreadable, Sent>): Refused {
  const again = goOn(one)
  switch (sending.kind) {
    case 'interrupted':
      return refused(`reading was stopped and nothing is loaded yet: ${again}`)
    case 'unreadable':
      return refused(`${sending.fault}; nothing is loaded yet: ${again}`)
    case 'other_files':
      return refused(`--continue: these are other files, or other flags, than import ${one.id} was begun with`)
    case 'refused':
      return refused(
        sending.reason === 'too_large'
          ? 'the users are too many for one import: bring them as several'
          : `import ${one.id} takes no more lines`,
      )
  }
}

export const paused = ({ id, status, progress }: Import): Refused =>
  refused(
    status === 'rolling_back'
      ? `import ${id} is rolled back in part: a running server goes on, and so does \`antiphon import rollback ${id}\``
      : `import ${id} is paused after ${progress.lines} lines: go on with \`antiphon import resume ${id}\``,
  )
