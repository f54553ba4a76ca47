import { type AuditSelection, listAuditRows } from '../core/audit/store.ts'
import type { AuditRow } from '../core/audit/tables.ts'
import { verifyAudit } from '../core/audit/verify.ts'
import { rfc3339 } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { type KeyHolder, ofHolder } from './keys.ts'
import { columns, done, misused, type Outcome } from './outcome.ts'

export type AuditFlags = {
  readonly actor?: string
  readonly operation?: string
  readonly target?: string
  readonly since?: string
  readonly until?: string
}

const MAX_LIMIT = 500

/** The selection that flags name, or the flag that is no time. */
function selectionOf({ actor, operation, target: subject, since, until }: AuditFlags): AuditSelection | string {
  const times = { since: readTime(since), until: readTime(until) }
  const wrong = Object.entries(times).find(([, ms]) => Number.isNaN(ms))
  return wrong
    ? `--${wrong[0]} takes a time: 2027-01-31 or 2027-01-31T00:00:00Z`
    : { actor, operation, subject, ...times }
}

const readTime = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  return /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN
}

const viewOf = (row: AuditRow) => ({
  id: row.id,
  created_at: rfc3339(row.created_at),
  actor: row.actor,
  operation: row.operation,
  target: JSON.parse(row.target) as object,
  changes: JSON.parse(row.changes) as object,
  ip: row.ip,
  request_id: row.request_id,
  hash: row.hash,
})

/** `antiphon audit list`: newest first. */
export async function listAudit(
  deps: Deps,
  holder: KeyHolder,
  flags: AuditFlags & { readonly limit: string },
): Promise<Outcome> {
  const count = Number(flags.limit)
  if (!Number.isInteger(count) || count < 1 || count > MAX_LIMIT) return misused(`--limit: is not 1 to ${MAX_LIMIT}`)
  const which = selectionOf(flags)
  if (typeof which === 'string') return misused(which)
  return await ofHolder(deps, holder, async (appId) => {
    const rows = (await listAuditRows(deps.db, appId, which, 'newest_first', count)).map(viewOf)
    const lines = rows.map(({ created_at, actor, operation, target, changes }) => [
      created_at,
      actor,
      operation,
      Object.values(target).join(' '),
      JSON.stringify(changes),
    ])
    return done(rows, columns([['WHEN', 'WHO', 'WHAT', 'TO', 'CHANGES'], ...lines], 'There is no entry.'))
  })
}

/** `antiphon audit export`: NDJSON, oldest first, as the API exports it. `write` takes a line with its end. */
export async function exportAudit(
  deps: Deps,
  holder: KeyHolder,
  flags: AuditFlags,
  write: (line: string) => void,
): Promise<Outcome> {
  const which = selectionOf(flags)
  if (typeof which === 'string') return misused(which)
  return await ofHolder(deps, holder, async (appId) => {
    for (let after: string | undefined; ; ) {
      const rows = await listAuditRows(deps.db, appId, { ...which, after }, 'oldest_first', MAX_LIMIT)
      for (const row of rows) write(`${JSON.stringify(viewOf(row))}\n`)
      if (rows.length < MAX_LIMIT) return { kind: 'said' }
      after = rows.at(-1)?.id
    }
  })
}

/** `antiphon audit verify` */
export async function verify(deps: Deps, holder: KeyHolder): Promise<Outcome> {
  return await ofHolder(deps, holder, async (appId) => {
    const verdict = await verifyAudit(deps.db, appId)
    if (verdict.kind === 'broken') return done(verdict, `The log is broken: ${verdict.at} ${verdict.problem}.`, true)
    const { rows, days, hash } = verdict
    return done(verdict, `The log is intact: ${rows} entries of ${days} days, up to ${hash || 'nothing'}.`)
  })
}
