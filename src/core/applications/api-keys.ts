import { z } from 'zod'
import type { Db, Tx } from '../../platform/db.ts'
import { ALL_PERMISSIONS, type Permission } from '../../platform/permissions.ts'
import type { KeyLimits } from './key-limits.ts'
import type { ApiKeyRow, ApplicationTables } from './tables.ts'

/** A management key that is not revoked. */
export interface ApiKey extends KeyLimits {
  readonly id: string
  /** Empty for an instance key, which manages every application. */
  readonly appId: string
  readonly name: string
  /** Who made it, as `describeActor` writes it; undefined for one from before that was kept. */
  readonly createdBy: string | undefined
  readonly createdAt: number
  /** To the minute; undefined when it never was. */
  readonly lastUsedAt: number | undefined
  /** The id of the key that it was rotated to. */
  readonly replacedBy: string | undefined
}

/** What is stored of a new key. */
export interface NewApiKey extends Omit<ApiKey, 'lastUsedAt' | 'replacedBy'> {
  readonly hash: string
}

/** Names that this release does not know were given by a later one: they allow nothing here. */
const storedPermissions = z
  .array(z.string())
  .transform((names) => names.filter((name): name is Permission => ALL_PERMISSIONS.includes(name as Permission)))
const strings = z.array(z.string())

const decode = (row: ApiKeyRow): ApiKey => ({
  id: row.id,
  appId: row.app_id,
  name: row.name,
  permissions: row.permissions === null ? undefined : storedPermissions.parse(JSON.parse(row.permissions)),
  expiresAt: row.expires_at ?? undefined,
  allowedNetworks: row.allowed_networks === null ? undefined : strings.parse(JSON.parse(row.allowed_networks)),
  createdBy: row.created_by ?? undefined,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at ?? undefined,
  replacedBy: row.replaced_by ?? undefined,
})

const encodeList = (list: readonly string[] | undefined) => (list ? JSON.stringify(list) : null)

export async function insertApiKey(tx: Tx, key: NewApiKey): Promise<void> {
  await tx
    .withTables<ApplicationTables>()
    .insertInto('api_keys')
    .values({
      app_id: key.appId,
      id: key.id,
      name: key.name,
      hash: key.hash,
      permissions: encodeList(key.permissions),
      expires_at: key.expiresAt ?? null,
      allowed_networks: encodeList(key.allowedNetworks),
      created_by: key.createdBy ?? null,
      created_at: key.createdAt,
      last_used_at: null,
      replaced_by: null,
      revoked_at: null,
    })
    .execute()
}

/** The key with this hash, if it is not revoked. It may have expired. */
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

export const isExpired = ({ expiresAt }: Pick<ApiKey, 'expiresAt'>, now: number): boolean =>
  expiresAt !== undefined && expiresAt <= now

/** Live keys of an application, or the instance keys for `''`, oldest first: those that are neither revoked nor expired. */
export async function listApiKeys(db: Db, appId: string, now: number): Promise<ApiKey[]> {
  const rows = await db
    .withTables<ApplicationTables>()
    .selectFrom('api_keys')
    .selectAll()
    .where('app_id', '=', appId)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(decode)
}

/** As many keys as anybody deploys with; each is shown in one answer. */
export const MAX_API_KEYS = 100

/** False when there is no such key, or it is revoked already. */
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

/** Say which key takes the place of another, and until when that still works. False when it is not live, or was replaced already. */
export async function replaceApiKey(
  tx: Tx,
  key: Pick<ApiKey, 'appId' | 'id'>,
  by: { readonly id: string; readonly expiresAt: number },
): Promise<boolean> {
  const row = await tx
    .withTables<ApplicationTables>()
    .updateTable('api_keys')
    .set({ replaced_by: by.id, expires_at: by.expiresAt })
    .where('app_id', '=', key.appId)
    .where('id', '=', key.id)
    .where('revoked_at', 'is', null)
    .where('replaced_by', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Keep when a key was used, Unix ms, unless it is known to have been within the minute before. */
export async function updateKeyUse(tx: Tx, appId: string, id: string, usedAt: number): Promise<void> {
  await tx
    .withTables<ApplicationTables>()
    .updateTable('api_keys')
    .set({ last_used_at: usedAt })
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', usedAt - 60_000)]))
    .execute()
}
