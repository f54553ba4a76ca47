import { rfc3339 } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { type JobRow, listParked, retryParked } from '../platform/jobs/store.ts'
import { byCli } from './by-cli.ts'
import { columns, done, misused, type Outcome, refused } from './outcome.ts'

const MAX_LISTED = 500

const byKind = (one: JobRow, other: JobRow) => (one.kind < other.kind ? -1 : Number(one.kind > other.kind))

/** `antiphon jobs list`: those that were given up. What they carry is not shown: it may be about people. */
export async function listGivenUp(deps: Deps): Promise<Outcome> {
  const parked = await listParked(deps.db, MAX_LISTED)
  const rows = parked.toSorted(byKind).map((row) => ({
    id: row.id,
    app_id: row.app_id || null,
    kind: row.kind,
    attempts: row.attempts,
    request_id: row.request_id,
    parked_at: rfc3339(row.parked_at ?? 0),
    last_error: row.last_error,
  }))
  const lines = rows.map((row) => [row.id, row.app_id ?? '', row.kind, row.parked_at, row.last_error ?? ''])
  return done(
    rows,
    columns([['ID', 'APPLICATION', 'KIND', 'GIVEN UP', 'LAST ERROR'], ...lines], 'No job was given up.'),
  )
}

/** `antiphon jobs retry`: one, or all that were given up. A running server does them within seconds. */
export async function retryJobs(
  deps: Deps,
  id: string | undefined,
  { all = false }: { all?: boolean },
): Promise<Outcome> {
  if ((id !== undefined) === all) return misused('say which job: either its id or --all')
  const target = { jobID: id ?? 'all' }
  const retried = await byCli(deps, { appId: '', operation: 'retryJobs', target }, (mine) =>
    mine.transact((tx) => retryParked(tx, deps.now(), id)),
  )
  if (id !== undefined && retried.length === 0) return refused(`no job ${id} was given up; see \`antiphon jobs list\``)
  const plain = retried.length === 1 ? '1 job is tried again.' : `${retried.length} jobs are tried again.`
  return done({ retried }, plain)
}
