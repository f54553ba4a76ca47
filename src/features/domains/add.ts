import { type Application, isBelowBaseDomain } from '../../core/applications/application.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { readDomainName } from '../../core/domains/name.ts'
import { countDomains, findHolder, insertDomain } from '../../core/domains/store.ts'
import type { DomainRow } from '../../core/domains/tables.ts'
import { undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'

export const MAX_DOMAINS = 100

export type Added =
  | { kind: 'added'; row: DomainRow }
  | { kind: 'exists' }
  | { kind: 'taken' }
  | { kind: 'too_many' }
  | { kind: 'refused'; problem: string }

/** Have an application wait for a name. Others may wait for the same one, as long as nobody has proven it. */
export async function add(deps: Deps, app: Application, text: string): Promise<Added> {
  const read = await readDomainName(text)
  if (read.kind === 'refused') return read
  if (isBelowBaseDomain(read.name, deps.config))
    return { kind: 'refused', problem: `names below ${deps.config.baseDomain} belong to the ids of applications` }
  const row = newRow(deps, app, read.name)
  tellChange(deps, { target: { domainID: row.id }, after: { domain: row.domain } })
  return await deps.transact<Added>(async (tx) => {
    const holder = await findHolder(tx, row.domain)
    if (holder !== undefined && holder !== app.id) return { kind: 'taken' }
    if (!(await insertDomain(tx, row))) return { kind: 'exists' }
    if ((await countDomains(tx, app.id)) > MAX_DOMAINS) return undo<Added>({ kind: 'too_many' })
    return { kind: 'added', row }
  })
}

function newRow(deps: Deps, app: Application, domain: string): DomainRow {
  const now = deps.now()
  return {
    app_id: app.id,
    id: newId('dom', deps),
    domain,
    status: 'pending_dns',
    proof: `antiphon-domain=${Buffer.from(deps.random(24)).toString('base64url')}`,
    checks: '[]',
    looks: 0,
    failures: 0,
    failing_since: null,
    failing_told_at: null,
    looked_at: now,
    certificate_ends_at: null,
    created_at: now,
    updated_at: now,
  }
}
