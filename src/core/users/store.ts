import { z } from 'zod'
import { rfc3339 } from '../../platform/clock.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { emit } from '../events/store.ts'
import { nameKeysOf } from './names.ts'
import { type NewUserRow, readStatus, type UserRow, type UserStatus, type UserTables } from './tables.ts'

export interface User {
  readonly id: string
  readonly externalId: string | undefined
  /** UUID that stands for the user wherever its id does. */
  readonly internalId: string | undefined
  readonly status: UserStatus
  readonly profile: Readonly<Record<string, unknown>>
  readonly scopes: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
}

const profileShape = z.record(z.string(), z.unknown())

const scopesShape = z.array(z.string())

export function decodeUser(row: UserRow): User {
  return {
    id: row.id,
    externalId: row.external_id ?? undefined,
    internalId: row.internal_id ?? undefined,
    status: readStatus(row.status),
    profile: profileShape.parse(JSON.parse(row.profile)),
    scopes: scopesShape.parse(JSON.parse(row.scopes)),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export async function findUser(db: Db, appId: string, id: string): Promise<User | undefined> {
  const row = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .selectAll()
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && decodeUser(row)
}

/** Users by id, which is the order of their making; the first of all, or those behind an id. */
export async function listUsersAfter(db: Db, appId: string, after: string | undefined, limit: number): Promise<User[]> {
  const rows = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .selectAll()
    .where('app_id', '=', appId)
    .$if(after !== undefined, (query) => query.where('id', '>', after as string))
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(decodeUser)
}

/** Which users to list: those that one of the members names. */
export type UserSelection = {
  ids?: readonly string[]
  externalIds?: readonly string[]
  internalIds?: readonly string[]
}

/** Oldest first. */
export async function listUsers(db: Db, appId: string, which: UserSelection): Promise<User[]> {
  const { ids = [], externalIds = [], internalIds = [] } = which
  if (ids.length + externalIds.length + internalIds.length === 0) return []
  const rows = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .selectAll()
    .where('app_id', '=', appId)
    .where((eb) =>
      eb.or([
        ...(ids.length > 0 ? [eb('id', 'in', ids)] : []),
        ...(externalIds.length > 0 ? [eb('external_id', 'in', externalIds)] : []),
        ...(internalIds.length > 0 ? [eb('internal_id', 'in', internalIds)] : []),
      ]),
    )
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(decodeUser)
}

export interface NewUser {
  readonly id: string
  readonly externalId?: string | undefined
  readonly internalId?: string | undefined
  readonly profile?: Readonly<Record<string, unknown>> | undefined
  readonly scopes?: readonly string[] | undefined
  readonly migrated: boolean
}

/** Insert an active user. False when the id, the external or the internal id is taken. */
export async function insertUser(tx: Tx, deps: Deps, appId: string, user: NewUser): Promise<boolean> {
  const now = deps.now()
  const row = await tx
    .withTables<UserTables>()
    .insertInto('users')
    .values({
      app_id: appId,
      id: user.id,
      external_id: user.externalId ?? null,
      internal_id: user.internalId ?? null,
      status: 'active',
      profile: JSON.stringify(user.profile ?? {}),
      ...nameKeysOf(user.profile ?? {}),
      scopes: JSON.stringify(user.scopes ?? []),
      created_at: now,
      updated_at: now,
      migrated_at: user.migrated ? now : null,
      sessions_ended_at: null,
      sessions_revoked_at: null,
      first_login_at: null,
      first_login_way: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

const ROWS_PER_STATEMENT = 100

/** Insert many users at once. False when one of their ids is taken; then nothing may be kept. */
export async function insertUserRows(tx: Tx, rows: readonly NewUserRow[]): Promise<boolean> {
  // In one order for everybody, so that two transactions over the same users cannot wait for each other in a circle.
  const ordered = rows.toSorted((a, b) => ((a.external_id ?? '') < (b.external_id ?? '') ? -1 : 1))
  for (let start = 0; start < ordered.length; start += ROWS_PER_STATEMENT) {
    const some = ordered.slice(start, start + ROWS_PER_STATEMENT)
    const { numInsertedOrUpdatedRows } = await tx
      .withTables<UserTables>()
      .insertInto('users')
      .values(some.map((row) => ({ ...row, ...nameKeysOf(profileShape.parse(JSON.parse(row.profile))) })))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (Number(numInsertedOrUpdatedRows) !== some.length) return false
  }
  return true
}

export type UserChange = {
  status?: UserStatus
  profile?: Readonly<Record<string, unknown>>
  scopes?: readonly string[]
}

/** False when there is no such user. */
export async function updateUser(tx: Tx, deps: Deps, appId: string, id: string, change: UserChange): Promise<boolean> {
  const row = await tx
    .withTables<UserTables>()
    .updateTable('users')
    .set(columnsOf(deps, change))
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  if (!row) return false
  if (change.profile) {
    const payload = { user_id: id, profile: change.profile, updated_at: rfc3339(deps.now()) }
    await emit(tx, deps, appId, 'user.profile.updated', payload)
  }
  return true
}

/** Change a user without a word to anybody. */
export async function overwriteUser(tx: Tx, deps: Deps, appId: string, id: string, change: UserChange): Promise<void> {
  await tx
    .withTables<UserTables>()
    .updateTable('users')
    .set(columnsOf(deps, change))
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .execute()
}

const columnsOf = (deps: Deps, change: UserChange) => ({
  updated_at: deps.now(),
  ...(change.status && { status: change.status === 'active' ? ('active' as const) : ('blocked' as const) }),
  ...(change.profile && { profile: JSON.stringify(change.profile), ...nameKeysOf(change.profile) }),
  ...(change.scopes && { scopes: JSON.stringify(change.scopes) }),
})

/** A user as it will stay until the commit: others who want to change it wait. */
export async function findUserForUpdate(tx: Tx, appId: string, id: string): Promise<User | undefined> {
  const row = await tx
    .withTables<UserTables>()
    .updateTable('users')
    .set((eb) => ({ sessions_ended_at: eb.ref('sessions_ended_at') }))
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  return row && decodeUser(row)
}

/** Delete a user, with its event. What belongs to the user is deleted by its owners. False when there is none. */
export async function deleteUser(tx: Tx, deps: Deps, appId: string, id: string): Promise<boolean> {
  if (!(await deleteUserRow(tx, appId, id))) return false
  await emit(tx, deps, appId, 'user.deleted', { user_id: id, deleted_at: rfc3339(deps.now()) })
  return true
}

/** The same without the event. */
export async function deleteUserRow(tx: Tx, appId: string, id: string): Promise<boolean> {
  const row = await tx
    .withTables<UserTables>()
    .deleteFrom('users')
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
