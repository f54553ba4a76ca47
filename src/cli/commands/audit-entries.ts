import { stdout } from 'node:process'
import { fill, operationOf } from '../api/operations.ts'
import type { Ways } from '../api/target.ts'
import { answered, columns, misused, type Outcome, refusedBy } from '../outcome.ts'

export interface AuditFlags {
  readonly app?: string
  readonly instance?: boolean
  readonly actor?: string
  readonly operation?: string
  readonly target?: string
  readonly since?: string
  readonly until?: string
  readonly limit?: string
  readonly after?: string
}

interface Entry {
  readonly created_at: string
  readonly actor: string
  readonly operation: string
  readonly target: object
  readonly changes: object
}

/** Of one application, or of the instance. */
const OPERATIONS = {
  list: { app: 'listAudit', instance: 'listInstanceAudit' },
  export: { app: 'exportAudit', instance: 'exportInstanceAudit' },
} as const

/** Undefined unless it is said, once, whose entries are meant. */
export const isOfOne = ({ app, instance = false }: AuditFlags): boolean => (app !== undefined) !== instance

export const WHOSE = misused('say whose entries: either --app <id> or --instance')

function pathOf(does: keyof typeof OPERATIONS, { app, instance: _, ...flags }: AuditFlags): string {
  const path = fill(operationOf(OPERATIONS[does][app === undefined ? 'instance' : 'app']), { appID: app ?? '' })
  const query = new URLSearchParams()
  for (const name of ['actor', 'operation', 'target', 'since', 'until', 'limit', 'after'] as const) {
    if (flags[name] !== undefined) query.set(name, flags[name])
  }
  return query.size === 0 ? path : `${path}?${query}`
}

/** `antiphon audit list`: newest first. */
export async function listAudit({ channel }: Pick<Ways, 'channel'>, flags: AuditFlags): Promise<Outcome> {
  const answer = await channel({ method: 'GET', path: pathOf('list', flags) })
  if (answer.kind !== 'answered') return refusedBy(answer)
  const { entries, next } = answer.body as { entries: readonly Entry[]; next?: string }
  const lines = entries.map(({ created_at, actor, operation, target, changes }) => [
    created_at,
    actor,
    operation,
    Object.values(target).join(' '),
    JSON.stringify(changes),
  ])
  const shown = columns([['WHEN', 'WHO', 'WHAT', 'TO', 'CHANGES'], ...lines], 'There is no entry.')
  return answered(entries, next === undefined ? shown : `${shown}\nThere is more: --after ${next}`)
}

/** As many as the API gives at once. */
const PAGE = 200

/** `antiphon audit export`: NDJSON, oldest first, all of it. `write` takes whole lines with their ends. */
export async function exportAudit(
  { channel }: Pick<Ways, 'channel'>,
  flags: AuditFlags,
  write: (lines: string) => void = (lines) => stdout.write(lines),
  size = PAGE,
): Promise<Outcome> {
  for (let after: string | undefined; ; ) {
    const page = { ...flags, limit: String(size), ...(after !== undefined && { after }) }
    const answer = await channel({ method: 'GET', path: pathOf('export', page) })
    if (answer.kind !== 'answered') return refusedBy(answer)
    const text = typeof answer.body === 'string' ? answer.body : ''
    write(text)
    const lines = text.trimEnd().split('\n')
    if (text === '' || lines.length < size) return { kind: 'said' }
    after = (JSON.parse(lines.at(-1) ?? '') as { id: string }).id
  }
}
