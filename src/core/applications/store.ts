import { z } from 'zod'
import type { Db, Tx } from '../../platform/db.ts'
import type { Application } from './application.ts'
import type { ApplicationRow, ApplicationTables } from './tables.ts'

const strings = z.array(z.string())
const members = z.record(z.string(), z.unknown())

function decode(row: ApplicationRow): Application {
  return {
    id: row.app_id,
    name: row.name,
    mode: row.mode,
    version: row.version,
    publicOrigins: strings.parse(JSON.parse(row.public_origins)),
    allowedOrigins: strings.parse(JSON.parse(row.allowed_origins)),
    redirectUris: strings.parse(JSON.parse(row.redirect_uris)),
    domains: strings.parse(JSON.parse(row.domains)),
    settings: members.parse(JSON.parse(row.settings)),
    createdAt: row.created_at,
  }
}

export async function findApplication(db: Db, appId: string): Promise<Application | undefined> {
  const row = await db
    .withTables<ApplicationTables>()
    .selectFrom('applications')
    .selectAll()
    .where('app_id', '=', appId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row && decode(row)
}

/** The version of a live application; undefined when there is none. */
export async function findApplicationVersion(db: Db, appId: string): Promise<number | undefined> {
  const row = await db
    .withTables<ApplicationTables>()
    .selectFrom('applications')
    .select('version')
    .where('app_id', '=', appId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row?.version
}

export async function findApplicationIdByHost(db: Db, host: string): Promise<string | undefined> {
  const row = await db
    .withTables<ApplicationTables>()
    .selectFrom('application_hosts')
    .select('app_id')
    .where('host', '=', host)
    .executeTakeFirst()
  return row?.app_id
}

/** In the order of their making. */
export async function listApplications(db: Db): Promise<Application[]> {
  const rows = await db
    .withTables<ApplicationTables>()
    .selectFrom('applications')
    .selectAll()
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('app_id')
    .execute()
  return rows.map(decode)
}

/** Applications by id; the first of all, or those behind an id. */
export async function listApplicationsAfter(db: Db, after: string | undefined, limit: number): Promise<Application[]> {
  const rows = await db
    .withTables<ApplicationTables>()
    .selectFrom('applications')
    .selectAll()
    .where('deleted_at', 'is', null)
    .$if(after !== undefined, (query) => query.where('app_id', '>', after as string))
    .orderBy('app_id')
    .limit(limit)
    .execute()
  return rows.map(decode)
}

/** Insert an application without settings of its own. False when the id is taken, by a deleted one too. */
export async function insertApplication(
  tx: Tx,
  app: Pick<Application, 'id' | 'name' | 'mode' | 'createdAt'>,
): Promise<boolean> {
  const row = await tx
    .withTables<ApplicationTables>()
    .insertInto('applications')
    .values({
      app_id: app.id,
      name: app.name,
      mode: app.mode,
      version: 1,
      public_origins: '[]',
      allowed_origins: '[]',
      redirect_uris: '[]',
      domains: '[]',
      settings: '{}',
      created_at: app.createdAt,
      deleted_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('app_id')
    .executeTakeFirst()
  return row !== undefined
}

export type ApplicationChange = Partial<
  Pick<Application, 'name' | 'mode' | 'publicOrigins' | 'allowedOrigins' | 'redirectUris' | 'domains' | 'settings'>
>

/** Change an application if it still is at `version`. False when another change came first. */
export async function swapApplication(
  tx: Tx,
  appId: string,
  version: number,
  change: ApplicationChange,
): Promise<boolean> {
  const { name, mode, publicOrigins, allowedOrigins, redirectUris, domains, settings } = change
  const row = await tx
    .withTables<ApplicationTables>()
    .updateTable('applications')
    .set({
      version: version + 1,
      ...(name !== undefined && { name }),
      ...(mode !== undefined && { mode }),
      ...(publicOrigins && { public_origins: JSON.stringify(publicOrigins) }),
      ...(allowedOrigins && { allowed_origins: JSON.stringify(allowedOrigins) }),
      ...(redirectUris && { redirect_uris: JSON.stringify(redirectUris) }),
      ...(domains && { domains: JSON.stringify(domains) }),
      ...(settings && { settings: JSON.stringify(settings) }),
    })
    .where('app_id', '=', appId)
    .where('version', '=', version)
    .where('deleted_at', 'is', null)
    .returning('app_id')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Make `hosts` the application's only ones besides those of its domains. Answers a host that belongs to another application, if any; then nothing may be
 * kept.
 */
export async function updateApplicationHosts(
  tx: Tx,
  appId: string,
  hosts: readonly string[],
): Promise<string | undefined> {
  const tables = tx.withTables<ApplicationTables>()
  await tables.deleteFrom('application_hosts').where('app_id', '=', appId).where('domain_id', 'is', null).execute()
  // In one order for everybody, so that two applications which claim the same hosts cannot wait for each other in a circle.
  for (const host of [...new Set(hosts)].sort()) {
    const row = await tables
      .insertInto('application_hosts')
      .values({ host, app_id: appId, domain_id: null })
      // One that a domain of its own has proven stays that.
      .onConflict((conflict) =>
        conflict.column('host').doUpdateSet({ app_id: appId }).where('application_hosts.app_id', '=', appId),
      )
      .returning('host')
      .executeTakeFirst()
    if (!row) return host
  }
  return undefined
}

/** Take every host from a deleted application. */
export async function deleteApplicationHosts(tx: Tx, appId: string): Promise<void> {
  await tx.withTables<ApplicationTables>().deleteFrom('application_hosts').where('app_id', '=', appId).execute()
}

/** Mark as deleted: from the commit on it answers nobody. False when there is none. */
export async function markApplicationDeleted(tx: Tx, appId: string, now: number): Promise<boolean> {
  const row = await tx
    .withTables<ApplicationTables>()
    .updateTable('applications')
    .set({ deleted_at: now })
    .where('app_id', '=', appId)
    .where('deleted_at', 'is', null)
    .returning('app_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Delete up to `count` rows of an application from one table. Answers how many went. */
export async function eraseRows(
  tx: Tx,
  table: string,
  keyColumn: string,
  appId: string,
  count: number,
): Promise<number> {
  const tables = tx.withTables<Record<string, Record<string, string>>>()
  const doomed = tables.selectFrom(table).select(keyColumn).where('app_id', '=', appId).limit(count)
  const { numDeletedRows } = await tables
    .deleteFrom(table)
    .where('app_id', '=', appId)
    .where(keyColumn, 'in', doomed)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
