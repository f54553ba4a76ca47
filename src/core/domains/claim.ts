import { type Tx, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { hostsOf } from '../applications/application.ts'
import { changeApplication } from '../applications/change.ts'
import { findApplication } from '../applications/store.ts'
import { claimHost, lockDomain, releaseHost, swapDomain } from './store.ts'
import type { DomainRow } from './tables.ts'

/** `held`: with the domain as it is since. `taken`: another application has the name. `gone`: the domain is deleted. */
export type ClaimOutcome = { kind: 'held'; row: DomainRow } | { kind: 'taken' } | { kind: 'gone' }

export const isHeld = ({ status }: Pick<DomainRow, 'status'>): boolean => status === 'issuing' || status === 'active'

/** Have the application answer at a name that it has proven. Of several that prove one name, whoever comes first has it. */
export async function claimDomain(deps: Deps, { app_id, id }: DomainRow): Promise<ClaimOutcome> {
  return await deps.transact<ClaimOutcome>(async (tx) => {
    // First its own row, then its application, then the host, which others want, too: nobody waits in a circle.
    const row = await lockDomain(tx, app_id, id)
    if (!row) return { kind: 'gone' }
    if (!(await addName(tx, deps, row))) return undo<ClaimOutcome>({ kind: 'gone' })
    if (!(await claimHost(tx, row))) return undo<ClaimOutcome>({ kind: 'taken' })
    if (isHeld(row)) return { kind: 'held', row }
    const change = { status: 'issuing', updated_at: deps.now() } as const
    await swapDomain(tx, row, change)
    return { kind: 'held', row: { ...row, ...change, looks: row.looks + 1 } }
  })
}

/** False when the application is gone. */
async function addName(tx: Tx, deps: Deps, { app_id, domain }: DomainRow): Promise<boolean> {
  if ((await findApplication(tx, app_id))?.domains.includes(domain)) return true
  const add = ({ domains }: { readonly domains: readonly string[] }) => ({ domains: [...domains, domain] })
  return (await changeApplication(tx, deps, app_id, add)) !== undefined
}

/** Have it answer there no more, from the commit on. Nothing happens where it does not. */
export async function releaseDomain(tx: Tx, deps: Deps, row: DomainRow): Promise<void> {
  const app = await findApplication(tx, row.app_id)
  if (!app?.domains.includes(row.domain)) return
  const changed = await changeApplication(tx, deps, row.app_id, ({ domains }) => ({
    domains: domains.filter((one) => one !== row.domain),
  }))
  await releaseHost(tx, row, hostsOf(changed?.publicOrigins ?? []).includes(row.domain))
}
