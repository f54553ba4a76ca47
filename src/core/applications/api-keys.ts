import { z } from 'zod'
import type { Db, Tx } from '../../platform/db.ts'
import { ALL_PERMISSIONS, type Permission } from '../../platform/permissions.ts'
import type { ApiKeyRow, ApplicationTables } from './tables.ts'

/** A live management key. */
export interface ApiKey {
  readonly id: string
  /** Empty for an instance key, which manages every application. */
  readonly appId: string
  readonly name: string
  /** Undefined for a key that is allowed everything, what future versions add included. */
  readonly permissions: readonly Permission[] | undefined
  readonly createdAt: number
}

/** What is stored of a new key. */
export interface NewApiKey extends ApiKey {
  readonly hash: string
}

export const isAllowed = ({ permissions }: Pick<ApiKey, 'permissions'>, permission: Permission): boolean =>
  permissions?.includes(permission) ?? true

/** Names that this version does not know were given by a later one: they allow nothing here. */
const storedPermissions = z
  .array(z.string())
  .transform((names) => names.filter((name): name is Permission => ALL_PERMISSIONS.includes(name as Permission)))

const decode = (row: ApiKeyRow): ApiKey => ({
  id: row.id,
  appId: row.app_id,
  name: row.name,
  permissions: row.permissions === null ? undefined : storedPermissions.parse(JSON.parse(row.permissions)),
  createdAt: row.created_at,
})

export async function insertApiKey(tx: Tx, key: NewApiKey): Promise<void> {
  await tx
    .withTables<ApplicationTables>()
    .insertInto('api_keys')
    .values({
      app_id: key.appId,
      id: key.id,
      name: key.name,
      hash: key.hash,
      permissions: key.permissions ? JSON.stringify(key.permissions) : null,
      created_at: key.createdAt,
      revoked_at: null,
    })
    .execute()
}

/** The live key with this hash. */
export async function findApiKey(db: Db, hash: string): Promise<ApiKey | undefined> {
  const row = await db
    .withTables<ApplicationTables>()
    .selectFrom('api_keys')
    .selectAll()
    .where('hash', '=', hash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return row && decode(row)
}

/** Live keys of an application, or the instance keys for `''`, oldest first. */
export async function listApiKeys(db: Db, appId: string): Promise<ApiKey[]> {
  const rows = await db
    .withTables<ApplicationTables>()
    .selectFrom('api_keys')
    .selectAll()
    .where('app_id', '=', appId)
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .execute()
  return rows.map(decode)
}

/** As many keys as anybody deploys with; each is shown in one answer. */
export const MAX_API_KEYS = 100

/** False when there is no such live key. */
export async function endApiKey(tx: Tx, appId: string, id: string, now: number): Promise<boolean> {
  const row = await tx
    .withTables<ApplicationTables>()
    .updateTable('api_keys')
    .set({ revoked_at: now })
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
