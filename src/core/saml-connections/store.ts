import type { ExpressionBuilder } from 'kysely'
import type { Db, Tx } from '../../platform/db.ts'
import type { SamlConnectionRow, SamlKeyRow, SamlTables } from './tables.ts'

export async function findSamlConnection(db: Db, appId: string, id: string): Promise<SamlConnectionRow | undefined> {
  return await db
    .withTables<SamlTables>()
    .selectFrom('saml_connections')
    .selectAll()
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Oldest first. */
export async function listSamlConnections(db: Db, appId: string): Promise<SamlConnectionRow[]> {
  return await db
    .withTables<SamlTables>()
    .selectFrom('saml_connections')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

export type IdpRow = Pick<SamlConnectionRow, 'app_id' | 'id' | 'idp'>

/** Of all applications, behind `after`: by application and id, `limit` at most. */
export async function listIdps(db: Db, after: IdpRow | undefined, limit: number): Promise<IdpRow[]> {
  return await db
    .withTables<SamlTables>()
    .selectFrom('saml_connections')
    .select(['app_id', 'id', 'idp'])
    .where((eb) => eb(eb.refTuple('app_id', 'id'), '>', eb.tuple(after?.app_id ?? '', after?.id ?? '')))
    .orderBy('app_id')
    .orderBy('id')
    .limit(limit)
    .execute()
}

export type KeyEnd = Pick<SamlKeyRow, 'app_id' | 'generation' | 'signs_since' | 'expires_at'>

/** Of all applications, behind `after`: by application and generation, `limit` at most. */
export async function listKeyEnds(db: Db, after: KeyEnd | undefined, limit: number): Promise<KeyEnd[]> {
  return await db
    .withTables<SamlTables>()
    .selectFrom('saml_keys')
    .select(['app_id', 'generation', 'signs_since', 'expires_at'])
    .where((eb) => eb(eb.refTuple('app_id', 'generation'), '>', eb.tuple(after?.app_id ?? '', after?.generation ?? 0)))
    .orderBy('app_id')
    .orderBy('generation')
    .limit(limit)
    .execute()
}

/** A time that is to come was written by a clock that was wrong, and counts for nothing. Clocks of two processes may be apart by less. */
const SKEW_MS = 60_000

/** Since when somebody must have tried to read metadata, so that nobody else does; Unix ms. */
export interface Since {
  readonly since: number
  readonly now: number
}

const isStale =
  ({ since, now }: Since) =>
  (eb: ExpressionBuilder<SamlTables, 'saml_connections'>) =>
    eb.or([
      eb('refresh_tried_at', 'is', null),
      eb('refresh_tried_at', '<=', since),
      eb('refresh_tried_at', '>', now + SKEW_MS),
    ])

/** Those of all applications whose metadata nobody has tried to read since then. */
export async function listStaleConnections(db: Db, since: Since, limit: number): Promise<SamlConnectionRow[]> {
  return await db
    .withTables<SamlTables>()
    .selectFrom('saml_connections')
    .selectAll()
    .where('metadata_url', '<>', '')
    .where(isStale(since))
    .limit(limit)
    .execute()
}

/** Let the caller, and nobody else, read the metadata of a connection. False when it has none, or somebody has tried since then. */
export async function claimRefresh(tx: Tx, appId: string, id: string, since: Since): Promise<boolean> {
  const row = await tx
    .withTables<SamlTables>()
    .updateTable('saml_connections')
    .set({ refresh_tried_at: since.now })
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('metadata_url', '<>', '')
    .where(isStale(since))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function insertSamlConnection(tx: Tx, row: SamlConnectionRow): Promise<void> {
  await tx.withTables<SamlTables>().insertInto('saml_connections').values(row).execute()
}

/** Replace a connection that nobody has changed since it was read. False when somebody has, or it is gone. */
export async function swapSamlConnection(
  tx: Tx,
  before: SamlConnectionRow,
  after: SamlConnectionRow,
): Promise<boolean> {
  const { config, idp, metadata_url, refreshed_at, refresh_problem, updated_at } = after
  const row = await tx
    .withTables<SamlTables>()
    .updateTable('saml_connections')
    .set({ config, idp, metadata_url, refreshed_at, refresh_problem, updated_at })
    .where('app_id', '=', before.app_id)
    .where('id', '=', before.id)
    .where('config', '=', before.config)
    .where('idp', '=', before.idp)
    .where('metadata_url', '=', before.metadata_url)
    .where('refresh_problem', '=', before.refresh_problem)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Delete a connection with its domains. False when there is none. */
export async function deleteSamlConnection(tx: Tx, appId: string, id: string): Promise<boolean> {
  await putSamlDomains(tx, appId, id, [])
  const { numDeletedRows } = await tx
    .withTables<SamlTables>()
    .deleteFrom('saml_connections')
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .executeTakeFirst()
  return Number(numDeletedRows) > 0
}

/** Let a connection speak for these domains and no others. Another one may speak for the same. */
export async function putSamlDomains(
  tx: Tx,
  appId: string,
  connectionId: string,
  domains: readonly string[],
): Promise<void> {
  const tables = tx.withTables<SamlTables>()
  await tables
    .deleteFrom('saml_domains')
    .where('app_id', '=', appId)
    .where('connection_id', '=', connectionId)
    .execute()
  const rows = domains.map((domain) => ({ app_id: appId, domain, connection_id: connectionId }))
  if (rows.length > 0) await tables.insertInto('saml_domains').values(rows).execute()
}

/** Connections that speak for a domain, enabled or not. */
export async function listConnectionsOfDomain(db: Db, appId: string, domain: string): Promise<SamlConnectionRow[]> {
  return await db
    .withTables<SamlTables>()
    .selectFrom('saml_domains')
    .innerJoin('saml_connections', (join) =>
      join
        .onRef('saml_connections.app_id', '=', 'saml_domains.app_id')
        .onRef('saml_connections.id', '=', 'saml_domains.connection_id'),
    )
    .selectAll('saml_connections')
    .where('saml_domains.app_id', '=', appId)
    .where('saml_domains.domain', '=', domain)
    .execute()
}
