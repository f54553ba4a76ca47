import { type Tx, undo } from '../../platform/db.ts'
import { isTrouble } from '../../platform/db-fault.ts'
import type { Deps } from '../../platform/deps.ts'
import { execute, type Outcome, planBatch } from './batch.ts'
import type { Mandate } from './change.ts'
import { claimRows, insertClaims } from './claims.ts'
import { lineRow } from './lines.ts'
import { deletePieces } from './pieces.ts'
import type { Prepared } from './prepare.ts'
import { advanceImport, insertLines } from './store.ts'
import type { ImportLineRow, ImportRow } from './tables.ts'
import { count, readTally, type Tally } from './tally.ts'

/** `lost`: somebody else has done these lines, or the import was paused or ended. */
export type Committed = { kind: 'done'; row: ImportRow } | { kind: 'lost' }

/**
 * Load the next lines of an import and note that they are done, both or neither. When anything unexpected comes between, the lines are
 * loaded one by one.
 */
export async function commitBatch(
  deps: Deps,
  mandate: Mandate,
  row: ImportRow,
  lines: readonly Prepared[],
  isDry: boolean,
): Promise<Committed> {
  const tried = await attempt(deps, mandate, row, lines, isDry)
  if (tried.kind === 'done' || tried.kind === 'lost') return tried
  let last = row
  for (const line of lines) {
    const committed = await commitLine(deps, mandate, last, line, isDry)
    if (committed.kind === 'lost') return committed
    last = committed.row
  }
  return { kind: 'done', row: last }
}

const ROUNDS = 10

/** A line that cannot be loaded by itself is refused: it holds up nobody else. */
async function commitLine(
  deps: Deps,
  mandate: Mandate,
  row: ImportRow,
  line: Prepared,
  isDry: boolean,
): Promise<Committed> {
  for (let round = 0; round < ROUNDS; round++) {
    const tried = await attempt(deps, mandate, row, [line], isDry)
    if (tried.kind === 'done' || tried.kind === 'lost') return tried
    if (tried.kind === 'broken') break
  }
  const externalId = line.kind === 'candidate' ? line.candidate.record.externalId : line.externalId
  const refused: Prepared = { raw: line.raw, number: line.number, kind: 'refused', code: 'unexpected', externalId }
  const last = await attempt(deps, mandate, row, [refused], isDry)
  if (last.kind === 'done' || last.kind === 'lost') return last
  throw new Error(`line ${line.number} of import ${row.id} can neither be loaded nor refused`)
}

type Attempt = Committed | { kind: 'raced' | 'broken' }

async function attempt(
  deps: Deps,
  mandate: Mandate,
  row: ImportRow,
  lines: readonly Prepared[],
  isDry: boolean,
): Promise<Attempt> {
  const plan = await planBatch(deps, mandate, lines, isDry)
  try {
    const executed = await deps.transact<Attempt | { kind: 'tried'; outcomes: Outcome[] }>(async (tx) => {
      const done = await execute(tx, deps, mandate, plan)
      if (done.kind === 'raced') return undo<Attempt>({ kind: 'raced' })
      if (isDry) return undo({ kind: 'tried', outcomes: done.outcomes })
      const next = await advance(tx, deps, row, lines, done.outcomes)
      return next ? { kind: 'done', row: next } : undo<Attempt>({ kind: 'lost' })
    })
    if (executed.kind !== 'tried') return executed
    return await deps.transact<Attempt>(async (tx) => {
      const next = await advance(tx, deps, row, lines, executed.outcomes)
      if (!next) return undo<Attempt>({ kind: 'lost' })
      await insertClaims(
        tx,
        executed.outcomes.flatMap((one) => claimsOf(deps, row, one)),
      )
      return { kind: 'done', row: next }
    })
  } catch (error) {
    // What ails the database is no fault of a line.
    if (isTrouble(error)) throw error
    deps.log.error({ err: error, import: row.id, line: lines[0]?.number }, 'lines of an import could not be loaded')
    return { kind: 'broken' }
  }
}

const CLAIMING = ['created', 'updated']

const claimsOf = (deps: Deps, row: ImportRow, { prepared, outcome }: Outcome) =>
  prepared.kind === 'candidate' && CLAIMING.includes(outcome) ? claimRows(deps, placeOf(row), prepared.candidate) : []

const placeOf = ({ app_id, id }: ImportRow) => ({ app_id, import_id: id })

/** Note that lines are done. Undefined when somebody else has. */
async function advance(
  tx: Tx,
  deps: Deps,
  row: ImportRow,
  lines: readonly Prepared[],
  outcomes: readonly Outcome[],
): Promise<ImportRow | undefined> {
  const tally = readTally(row.tally)
  for (const outcome of outcomes) countOutcome(tally, outcome)
  const change = {
    done_bytes: lines.at(-1)?.raw.end ?? row.done_bytes,
    done_lines: row.done_lines + lines.length,
    tally: JSON.stringify(tally),
    loading_ms: row.loading_ms,
    updated_at: deps.now(),
  }
  if (!(await advanceImport(tx, row, change))) return undefined
  await insertLines(
    tx,
    outcomes.flatMap((outcome) => reportedRows(deps, row, outcome)),
  )
  await deletePieces(tx, row.app_id, row.id, change.done_bytes)
  return { ...row, ...change }
}

function countOutcome(tally: Tally, { prepared, outcome, code }: Outcome): void {
  tally.outcomes[outcome] += 1
  if (code !== undefined) count(tally.codes, code)
  if (prepared.kind !== 'candidate' || (outcome !== 'created' && outcome !== 'updated')) return
  const { hashForm, leftOut, read, unknownGroups } = prepared.candidate
  if (outcome === 'created' && hashForm === undefined) tally.without_password += 1
  if (hashForm !== undefined) count(tally.hash_forms, hashForm)
  for (const place of leftOut) count(tally.left_out, place.replace(/[[.].*$/, ''))
  for (const { kind } of read.leftovers) count(tally.leftovers, kind)
  for (const name of unknownGroups) count(tally.unknown_groups, name)
}

/** What nobody needs to look at: there may be as many as lines. */
const UNREPORTED = ['blank', 'before_since']
const MAX_FIELDS = 10

function reportedRows(deps: Deps, row: ImportRow, { prepared, outcome, code, field }: Outcome): ImportLineRow[] {
  const { raw, number } = prepared
  const place = { ...placeOf(row), line: number, start: raw.start }
  const externalId = prepared.kind === 'candidate' ? prepared.candidate.record.externalId : prepared.externalId
  const report = (what: ImportLineRow['outcome'], why: string, where: string | undefined) =>
    lineRow(
      deps,
      { ...place, outcome: what, external_id: externalId ?? null, field: where ?? null, code: why },
      raw.bytes,
    )
  if (outcome === 'refused' || outcome === 'conflict' || outcome === 'skipped')
    return code === undefined || UNREPORTED.includes(code) ? [] : [report(outcome, code, field)]
  const leftOut = prepared.kind === 'candidate' && outcome !== 'unchanged' ? prepared.candidate.leftOut : []
  return leftOut.length > 0 ? [report('left_out', 'left_out', leftOut.slice(0, MAX_FIELDS).join(' '))] : []
}
