import type { ExpressionBuilder } from 'kysely'
import type { Db, Tx } from '../../platform/db.ts'
import type { ApplicationTables } from '../applications/tables.ts'
import type { DomainRow, DomainStatus, DomainTables } from './tables.ts'

/** Oldest first. */
export async function listDomains(db: Db, appId: string): Promise<DomainRow[]> {
  return await db
    .withTables<DomainTables>()
    .selectFrom('domains')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

export async function findDomain(db: Db, appId: string, id: string): Promise<DomainRow | undefined> {
  return await db
    .withTables<DomainTables>()
    .selectFrom('domains')
    .selectAll()
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** False when the application has it already. */
export async function insertDomain(tx: Tx, row: DomainRow): Promise<boolean> {
  const inserted = await tx
    .withTables<DomainTables>()
    .insertInto('domains')
    .values(row)
    .onConflict((conflict) => conflict.columns(['app_id', 'domain']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

export async function countDomains(db: Db, appId: string): Promise<number> {
  const row = await db
    .withTables<DomainTables>()
    .selectFrom('domains')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('app_id', '=', appId)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Answers what was deleted; undefined when there is none. */
export async function deleteDomain(tx: Tx, appId: string, id: string): Promise<DomainRow | undefined> {
  return await tx
    .withTables<DomainTables>()
    .deleteFrom('domains')
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/** What a look changes. */
export type DomainChange = Partial<
  Pick<
    DomainRow,
    | 'status'
    | 'checks'
    | 'failures'
    | 'failing_since'
    | 'failing_told_at'
    | 'looked_at'
    | 'certificate_ends_at'
    | 'updated_at'
  >
>

/** Settle a look that began at `before`. False when another one was settled since, or the domain is gone. */
export async function swapDomain(tx: Tx, before: DomainRow, change: DomainChange): Promise<boolean> {
  const row = await tx
    .withTables<DomainTables>()
    .updateTable('domains')
    .set({ ...change, looks: before.looks + 1 })
    .where('app_id', '=', before.app_id)
    .where('id', '=', before.id)
    .where('looks', '=', before.looks)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Let nobody else settle a look, and no deletion pass, until the end of the transaction. Answers the domain as it is; undefined when it is gone. */
export async function lockDomain(tx: Tx, appId: string, id: string): Promise<DomainRow | undefined> {
  return await tx
    .withTables<DomainTables>()
    .updateTable('domains')
    .set((eb) => ({ looks: eb('looks', '+', 1) }))
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/** Make a name the application's host by one of its domains. False when another application has it; whoever proves it first does. */
export async function claimHost(tx: Tx, { app_id, id, domain }: DomainRow): Promise<boolean> {
  const row = await tx
    .withTables<ApplicationTables>()
    .insertInto('application_hosts')
    .values({ host: domain, app_id, domain_id: id })
    .onConflict((conflict) =>
      conflict.column('host').doUpdateSet({ domain_id: id }).where('application_hosts.app_id', '=', app_id),
    )
    .returning('host')
    .executeTakeFirst()
  return row !== undefined
}

/** Let go of a host that a domain has proven. `kept`: it is a public origin of the application besides. */
export async function releaseHost(tx: Tx, { app_id, id, domain }: DomainRow, kept: boolean): Promise<void> {
  const tables = tx.withTables<ApplicationTables>()
  const { numDeletedRows } = await tables
    .deleteFrom('application_hosts')
    .where('host', '=', domain)
    .where('app_id', '=', app_id)
    .where('domain_id', '=', id)
    .executeTakeFirst()
  if (kept && Number(numDeletedRows) > 0)
    await tables.insertInto('application_hosts').values({ host: domain, app_id, domain_id: null }).execute()
}

/** The application that a host belongs to. */
export async function findHolder(db: Db, host: string): Promise<string | undefined> {
  const row = await db
    .withTables<ApplicationTables>()
    .selectFrom('application_hosts')
    .select('app_id')
    .where('host', '=', host)
    .executeTakeFirst()
  return row?.app_id
}

export type ProvenName = Pick<DomainRow, 'app_id' | 'id' | 'domain' | 'status'>

/** Names that are proven, of all applications. */
export async function listProvenNames(db: Db, limit: number): Promise<ProvenName[]> {
  return await db
    .withTables<DomainTables & ApplicationTables>()
    .selectFrom('application_hosts')
    .innerJoin('domains', (join) =>
      join
        .onRef('domains.app_id', '=', 'application_hosts.app_id')
        .onRef('domains.id', '=', 'application_hosts.domain_id'),
    )
    .select(['domains.app_id', 'domains.id', 'domains.domain', 'domains.status'])
    .where('application_hosts.domain_id', '>', '')
    .limit(limit)
    .execute()
}

/** A time that is to come was written by a clock that was wrong, and counts for nothing. Clocks of two processes may be apart by less. */
const SKEW_MS = 60_000

/** When the last look must have begun for another one to be due; Unix ms. */
export interface Due {
  readonly since: number
  readonly now: number
}

const isDue =
  ({ since, now }: Due) =>
  (eb: ExpressionBuilder<DomainTables, 'domains'>) =>
    eb.or([eb('looked_at', '<=', since), eb('looked_at', '>', now + SKEW_MS)])

/** Domains of all applications, in one of these states, that are due. `createdAfter`: none that are older. */
export async function listDueDomains(
  db: Db,
  statuses: readonly DomainStatus[],
  due: Due,
  createdAfter: number,
  limit: number,
): Promise<DomainRow[]> {
  return await db
    .withTables<DomainTables>()
    .selectFrom('domains')
    .selectAll()
    .where('status', 'in', [...statuses])
    .where(isDue(due))
    .where('created_at', '>', createdAfter)
    .limit(limit)
    .execute()
}

/** When the first certificate of an active domain ends, Unix ms; undefined when none is known. */
export async function findFirstCertificateEnd(db: Db): Promise<number | undefined> {
  const row = await db
    .withTables<DomainTables>()
    .selectFrom('domains')
    .select((eb) => eb.fn.min('certificate_ends_at').as('first'))
    .where('status', '=', 'active')
    .executeTakeFirst()
  return row?.first ?? undefined
}

/** Let the caller, and nobody else, look at a domain. False when it is gone, or somebody has begun to look since then. */
export async function claimLook(tx: Tx, appId: string, id: string, due: Due): Promise<boolean> {
  const row = await tx
    .withTables<DomainTables>()
    .updateTable('domains')
    .set({ looked_at: due.now })
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where(isDue(due))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
