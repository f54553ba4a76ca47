import type { ReportedLine } from '../core/imports/lines.ts'
import { monotonicClock } from '../platform/clock.ts'
import type { Import, Step } from './import/calls.ts'
import { unanswered } from './import/calls.ts'
import { describe, follow } from './import/follow.ts'
import type { Place } from './import/place.ts'
import { reportImport } from './import/report.ts'
import { pagesOfLines, REPORTED, type ReportedOutcome, readReported, writeReported } from './import/reported-lines.ts'
import { openTerminal, type Terminal } from './import/terminal.ts'
import { tryToOpen } from './import/written.ts'
import { paused } from './import.ts'
import { columns, done, misused, type Outcome, refused } from './outcome.ts'

/** Do something with an import. */
async function ofImport({ calls }: Place, id: string, work: (one: Import) => Promise<Outcome>): Promise<Outcome> {
  try {
    const one = await calls.find(id)
    return one ? await work(one) : noImport(id)
  } catch (error) {
    return unanswered(error)
  }
}

export const noImport = (id: string) => refused(`there is no import ${id}`)

/** `antiphon import status` */
export const importStatus = (place: Place, id: string): Promise<Outcome> =>
  ofImport(place, id, async (one) => {
    const { appId } = place.calls
    const { lines, outcomes } = one.progress
    const plain = [`Import ${id} of application ${appId}: ${one.status.replace('_', ' ')}`, describe(one)]
    return done({ import_id: id, app_id: appId, status: one.status, lines, outcomes }, plain.join('\n'))
  })

/** `antiphon import report` */
export const importReport = (place: Place, id: string): Promise<Outcome> =>
  ofImport(place, id, async () => await tellReport(place, id))

const tellReport = async ({ calls }: Place, id: string) => reportImport(id, calls.appId, await calls.report(id))

/** `antiphon import verify` */
export const verify = (place: Place, id: string): Promise<Outcome> =>
  ofImport(place, id, async () => {
    const canaries = await place.calls.verify(id)
    if (canaries.length === 0) return refused(`import ${id} has no test accounts, or has forgotten them`)
    const plain = canaries.map(({ outcome }, i) => `Test account ${i + 1}: ${outcome}`)
    return done(
      { import_id: id, canaries },
      plain.join('\n'),
      canaries.some(({ outcome }) => outcome !== 'ok'),
    )
  })

const ENDS = { pause: ['pauseImport', 'paused'], cancel: ['cancelImport', 'cancelled'] } as const

/** `antiphon import pause` and `cancel`. Of one that is so already there is nothing to do. */
export const pauseOrCancel = (place: Place, id: string, what: 'pause' | 'cancel'): Promise<Outcome> =>
  ofImport(place, id, async (one) => {
    const [step, end] = ENDS[what]
    const now = await stepTo(place, one, step, [end])
    if ('kind' in now) return now
    const { lines } = now.progress
    return done({ import_id: id, status: now.status, lines }, `Import ${id} is ${now.status} after ${lines} lines.`)
  })

/** `antiphon import resume`: go on with one that is paused, or whose process died, until it is over. */
export const resume = (place: Place, id: string, terminal?: Terminal): Promise<Outcome> =>
  ofImport(place, id, async (one) => {
    const now = await stepTo(place, one, 'resumeImport', ['loading'])
    return 'kind' in now ? now : await toTheEnd(place, id, terminal)
  })

/** `antiphon import rollback` */
export const rollback = (place: Place, id: string, terminal?: Terminal): Promise<Outcome> =>
  ofImport(place, id, async (one) => {
    const now = await stepTo(place, one, 'rollBackImport', ['rolling_back', 'rolled_back'])
    return 'kind' in now ? now : await toTheEnd(place, id, terminal)
  })

async function toTheEnd(place: Place, id: string, terminal = openTerminal(monotonicClock)): Promise<Outcome> {
  try {
    const { one, isInterrupted } = await follow(place, id, terminal)
    return isInterrupted || one.status === 'paused' ? paused(one) : await tellReport(place, id)
  } finally {
    terminal.close()
  }
}

/** Take a step, unless the import is where it leads: somebody else took it, or the answer was lost. */
async function stepTo({ calls }: Place, one: Import, step: Step, ends: readonly Import['status'][]) {
  if (ends.includes(one.status)) return one
  const stepped = await calls.step(one.id, step)
  if (stepped) return stepped
  const now = await calls.find(one.id)
  if (now && ends.includes(now.status)) return now
  const status = now?.status ?? 'gone'
  const hint = status === 'open' ? '; go on reading with the same command and `--continue`' : ''
  return refused(`import ${one.id} is ${status.replace('_', ' ')}${hint}`)
}

const SHOWN = 50

/** `antiphon import lines`: where they stand and what is wrong; with a file, the lines themselves. */
export const importLines = (place: Place, id: string, flags: { outcome: string; out?: string }): Promise<Outcome> =>
  ofImport(place, id, async () => {
    const outcome = REPORTED.find((one) => one === flags.outcome)
    if (!outcome) return misused(`--outcome: is none of ${REPORTED.join(', ')}`)
    return flags.out === undefined
      ? await showLines(place, id, outcome)
      : await writeLines(place, id, outcome, flags.out)
  })

async function showLines({ calls }: Place, id: string, outcome: ReportedOutcome): Promise<Outcome> {
  const first: ReportedLine[] = []
  for await (const lines of pagesOfLines(calls, id, outcome)) {
    first.push(...lines)
    if (first.length > SHOWN) break
  }
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

async function writeLines({ calls }: Place, id: string, outcome: ReportedOutcome, path: string): Promise<Outcome> {
  const file = tryToOpen(path)
  if (typeof file === 'string') return refused(`--out ${path}: ${file}`)
  let lines: number | undefined
  try {
    lines = await writeReported(calls, id, [outcome], file)
  } finally {
    lines === undefined ? file.discard() : file.close()
  }
  return done({ lines }, lines === 1 ? '1 line is written.' : `${lines} lines are written.`)
}
