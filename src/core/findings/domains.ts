import { type Finding, fault, hint, ok } from '../../platform/finding.ts'
import { type Check, datedChecks } from '../domains/checks.ts'
import { freeAt } from '../domains/decide.ts'
import type { DomainRow } from '../domains/tables.ts'

/** How an application fares with its custom domains, as of the last look at each. */
export function judgeDomains(app: { readonly id: string }, rows: readonly DomainRow[]): Finding[] {
  return rows.map((row) => judgeDomain(`application ${app.id}, domain ${row.domain}`, row))
}

function judgeDomain(topic: string, row: DomainRow): Finding {
  const wrong = datedChecks.parse(JSON.parse(row.checks)).find(({ outcome }) => outcome === 'failed')
  const mend = wrong?.hint ?? `POST /domains/${row.id}/verify says what is missing.`
  if (row.status === 'failed')
    return hint(topic, 'it was given up, unproven for thirty days', 'Mend its records and verify it, or remove it.')
  if (row.failing_since !== null && (row.status === 'active' || row.status === 'issuing'))
    return fault(topic, `${told(wrong)}; the name is free again on ${dayOf(freeAt(row.failing_since))}`, mend)
  if (row.status === 'active') return wrong ? fault(topic, told(wrong), mend) : ok(topic, 'it is active')
  return hint(topic, `it is not active: ${told(wrong)}`, mend)
}

const told = (wrong: Check | undefined): string =>
  wrong ? `${wrong.name} is ${wrong.found}, not ${wrong.expected}` : 'nobody has looked at its records yet'

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
