import type { Db, Tx } from '../../platform/db.ts'
import type { FederationTables, OAuthConfigRow } from './tables.ts'

export async function findOAuthConfig(db: Db, appId: string, id: string): Promise<OAuthConfigRow | undefined> {
  return await db
    .withTables<FederationTables>()
    .selectFrom('oauth_configs')
    .selectAll()
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** The issuer of a provider's subjects, as it is configured now; empty where it has one issuer, or is not configured. */
export async function findIssuer(db: Db, appId: string, provider: string): Promise<string> {
  const row = await db
    .withTables<FederationTables>()
    .selectFrom('oauth_configs')
    .select('issuer')
    .where('app_id', '=', appId)
    .where('id', '=', provider)
    .executeTakeFirst()
  return row?.issuer ?? ''
}

/** Oldest first. */
export async function listOAuthConfigs(db: Db, appId: string): Promise<OAuthConfigRow[]> {
  return await db
    .withTables<FederationTables>()
    .selectFrom('oauth_configs')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** False when there is one of this id. */
export async function insertOAuthConfig(tx: Tx, row: OAuthConfigRow): Promise<boolean> {
  const inserted = await tx
    .withTables<FederationTables>()
    .insertInto('oauth_configs')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Replace a configuration that nobody has changed since it was read. False when somebody has, or it is gone. */
export async function swapOAuthConfig(tx: Tx, before: OAuthConfigRow, after: OAuthConfigRow): Promise<boolean> {
  const { config, issuer, sealed_secrets, updated_at } = after
  const row = await tx
    .withTables<FederationTables>()
    .updateTable('oauth_configs')
    .set({ config, issuer, sealed_secrets, updated_at })
    .where('app_id', '=', before.app_id)
    .where('id', '=', before.id)
    .where('config', '=', before.config)
    .where('sealed_secrets', '=', before.sealed_secrets)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Delete a configuration with its domains. False when there is none. */
export async function deleteOAuthConfig(tx: Tx, appId: string, id: string): Promise<boolean> {
  await putDomains(tx, appId, id, [])
  const { numDeletedRows } = await tx
    .withTables<FederationTables>()
    .deleteFrom('oauth_configs')
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .executeTakeFirst()
  return Number(numDeletedRows) > 0
}

/** Let a connection speak for these domains and no others. False when another connection speaks for one; then nothing may be kept. */
export async function putDomains(
  tx: Tx,
  appId: string,
  connectionId: string,
  domains: readonly string[],
): Promise<boolean> {
  const tables = tx.withTables<FederationTables>()
  await tables
    .deleteFrom('oauth_domains')
    .where('app_id', '=', appId)
    .where('connection_id', '=', connectionId)
    .execute()
  // In one order for everybody, so that two who claim the same domains cannot wait for each other in a circle.
  for (const domain of domains.toSorted()) {
    const inserted = await tables
      .insertInto('oauth_domains')
      .values({ app_id: appId, domain, connection_id: connectionId })
      .onConflict((conflict) => conflict.doNothing())
      .returning('domain')
      .executeTakeFirst()
    if (!inserted) return false
  }
  return true
}

/** The connection that speaks for a domain. */
export async function findConnectionOfDomain(db: Db, appId: string, domain: string): Promise<string | undefined> {
  const row = await db
    .withTables<FederationTables>()
    .selectFrom('oauth_domains')
    .select('connection_id')
    .where('app_id', '=', appId)
    .where('domain', '=', domain)
    .executeTakeFirst()
  return row?.connection_id
}
