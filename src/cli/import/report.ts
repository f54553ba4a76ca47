import { columns, done, type Outcome } from '../outcome.ts'
import type { ImportReport } from './calls.ts'
import type { Sent } from './send.ts'
import { spaced } from './terminal.ts'

type Counts = Readonly<Record<string, number>>

/** What came of an import: in numbers, with what is wrong, which also decides the exit code. */
export function reportImport(id: string, appId: string, report: ImportReport, sent?: Sent): Outcome {
  const problems = problemsOf(id, report, sent)
  const json = {
    import_id: id,
    app_id: appId,
    ...report,
    ...(sent && { read: { ...sent.sums, joined: sent.joined } }),
    problems,
  }
  const { outcomes, hash_forms, without_password, left_out, leftovers, unknown_groups, codes, deleted, kept } = report
  const table = [
    ['Lines', spaced(report.lines)],
    ...Object.entries(outcomes).map(([name, count]) => [capital(name), spaced(count)]),
    ...listed('Because', codes),
    ...listed('Passwords', { ...hash_forms, ...(without_password > 0 && { none: without_password }) }),
    ...listed('Left out', left_out),
    ...listed('Kept sealed', leftovers),
    ...listed('Groups not here', unknown_groups),
    ...listed('Decided', sent?.sums.notes ?? {}),
    ...joinedLines(sent),
    ...(report.status === 'rolled_back'
      ? [
          ['Deleted', spaced(deleted)],
          ['In use, kept', spaced(kept)],
        ]
      : []),
    ...report.canaries.map(({ outcome }, i) => [`Test account ${i + 1}`, outcome]),
  ]
  const head = `Import ${id} of application ${appId}: ${statusOf(report)}`
  const plain = [head, columns(table, ''), ...hintsOf(id, report), ...problems]
  return done(json, plain.join('\n'), problems.length > 0)
}

const linesAre = (count: number) => (count === 1 ? '1 line is' : `${spaced(count)} lines are`)

const statusOf = ({ dry_run, status }: ImportReport) =>
  dry_run && status === 'completed' ? 'tried; nothing was changed' : status.replace('_', ' ')

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

const listed = (name: string, counts: Counts): string[][] => {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a)
  return entries.length === 0 ? [] : [[name, entries.map(([one, count]) => `${one} ${spaced(count)}`).join(', ')]]
}

const joinedLines = (sent: Sent | undefined): string[][] =>
  Object.entries(sent?.joined ?? {}).map(([role, { rows, found }]) => [
    capital(role),
    `${spaced(rows)} rows, found ${spaced(found)} times`,
  ])

/** What is not there to see. */
function hintsOf(id: string, { status, dry_run, hash_forms, canaries, kept }: ImportReport): string[] {
  if (kept > 0) return [`\`antiphon import lines ${id} --outcome kept\` says who is kept, and why.`]
  if (status !== 'completed' || canaries.length > 0 || Object.keys(hash_forms).length === 0) return []
  if (dry_run) return ['Test accounts (`--canaries`) are tried when the users are loaded.']
  return ['Nobody has tried whether the passwords work: `--canaries` names test accounts.']
}

/** Each a sentence. */
function problemsOf(id: string, report: ImportReport, sent: Sent | undefined): string[] {
  const { status, outcomes, lines, problem, canaries } = report
  if (status === 'rolled_back') return []
  const { refused = 0, conflict = 0 } = outcomes
  const isOver = status === 'completed' || status === 'failed'
  const unhappy = canaries.filter(({ outcome }) => outcome !== 'ok').length
  const see = (outcome: string) =>
    `\`antiphon import lines ${id} --outcome ${outcome} --out ${outcome}.ndjson\` writes down what was sent, to be corrected and imported again.`
  return [
    ...(problem === undefined ? [] : [`The import failed: ${problem}.`]),
    ...(isOver && sent && sent.sums.rows !== lines
      ? [`${sent.sums.rows} rows were read, and ${lines} lines loaded.`]
      : []),
    ...(refused > 0 ? [`${linesAre(refused)} refused: ${see('refused')}`] : []),
    ...(conflict > 0 ? [`${linesAre(conflict)} in conflict: ${see('conflict')}`] : []),
    ...(unhappy > 0 ? [`Of ${canaries.length} test accounts ${unhappy} cannot log in.`] : []),
  ]
}
