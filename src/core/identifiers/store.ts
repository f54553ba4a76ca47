import { rfc3339 } from '../../platform/clock.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { emit } from '../events/store.ts'
import type { Identifier } from './identifier.ts'
import type { IdentifierRow, IdentifierTables } from './tables.ts'

/** Identifiers of these users, oldest first. */
export async function listIdentifiers(db: Db, appId: string, userIds: readonly string[]): Promise<IdentifierRow[]> {
  if (userIds.length === 0) return []
  return await db
    .withTables<IdentifierTables>()
    .selectFrom('identifiers')
    .selectAll()
    .where('app_id', '=', appId)
    .where('user_id', 'in', userIds)
    .orderBy('created_at')
    .orderBy('type')
    .orderBy('value')
    .execute()
}

/**
 * Give a user an identifier, with its event once it is proven. False when another user holds it verified; then nothing may be kept.
 * One the user has already stays, and becomes verified if this one is.
 */
export async function insertIdentifier(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  { type, value }: Identifier,
  verified: boolean,
): Promise<boolean> {
  const identifier = { type, value }
  const created_at = deps.now()
  const verified_at = verified ? created_at : null
  const row = { app_id: appId, user_id: userId, ...identifier, verified_at, created_at, last_proven_at: null }
  if (!(await insertRow(tx, row))) {
    const own = await findRow(tx, row)
    if (own && (own.verified_at !== null || !verified)) return true
    if (!own) return false
    await removeRow(tx, appId, userId, identifier)
    if (!(await insertRow(tx, row))) return false
  }
  const payload = { user_id: userId, identifier, created_at: rfc3339(created_at) }
  if (verified) await emit(tx, deps, appId, 'user.identifier.created', payload)
  return true
}

/** False when the user has it, or another user has proven it. */
async function insertRow(tx: Tx, row: IdentifierRow): Promise<boolean> {
  const inserted = await tx
    .withTables<IdentifierTables>()
    .insertInto('identifiers')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('user_id')
    .executeTakeFirst()
  return inserted !== undefined
}

async function findRow(tx: Tx, { app_id, user_id, type, value }: IdentifierRow) {
  return await tx
    .withTables<IdentifierTables>()
    .selectFrom('identifiers')
    .select('verified_at')
    .where('app_id', '=', app_id)
    .where('user_id', '=', user_id)
    .where('type', '=', type)
    .where('value', '=', value)
    .executeTakeFirst()
}

const ROWS_PER_STATEMENT = 100

/** Insert many identifiers at once, without events. False when somebody else has proven one of them; then nothing may be kept. */
export async function insertIdentifierRows(tx: Tx, rows: readonly IdentifierRow[]): Promise<boolean> {
  // In one order for everybody, so that two transactions over the same identifiers cannot wait for each other in a circle.
  const ordered = rows.toSorted((a, b) => (a.value < b.value ? -1 : 1))
  for (let start = 0; start < ordered.length; start += ROWS_PER_STATEMENT) {
    const some = ordered.slice(start, start + ROWS_PER_STATEMENT)
    const { numInsertedOrUpdatedRows } = await tx
      .withTables<IdentifierTables>()
      .insertInto('identifiers')
      .values(some)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (Number(numInsertedOrUpdatedRows) !== some.length) return false
  }
  return true
}

/** Proven phone numbers that begin with these digits behind a plus, and their owners; by number, behind one of them. */
export async function listNumbers(
  db: Db,
  appId: string,
  { prefix, behind }: { readonly prefix: string; readonly behind: string | undefined },
  limit: number,
): Promise<{ readonly value: string; readonly userId: string }[]> {
  const rows = await db
    .withTables<IdentifierTables>()
    .selectFrom('identifiers')
    .select(['value', 'user_id'])
    .where('app_id', '=', appId)
    .where('type', '=', 'phone_number')
    .where('value', behind === undefined ? '>=' : '>', behind ?? prefix)
    // A letter sorts behind all digits, in whatever order a database has text.
    .where('value', '<', `${prefix}a`)
    .where('verified_at', 'is not', null)
    .orderBy('value')
    .limit(limit)
    .execute()
  return rows.map(({ value, user_id }) => ({ value, userId: user_id }))
}

/** Which of these identifiers somebody has proven, or has without a proof, as `type value`. */
export async function listHeld(
  db: Db,
  appId: string,
  identifiers: readonly Identifier[],
  are: 'proven' | 'claimed',
): Promise<Set<string>> {
  const held = new Set<string>()
  for (const [type, some] of Map.groupBy(identifiers, (one) => one.type)) {
    const rows = await db
      .withTables<IdentifierTables>()
      .selectFrom('identifiers')
      .select('value')
      .where('app_id', '=', appId)
      .where('type', '=', type)
      .where('value', 'in', [...new Set(some.map(({ value }) => value))])
      .where('verified_at', are === 'proven' ? 'is not' : 'is', null)
      .execute()
    for (const { value } of rows) held.add(`${type} ${value}`)
  }
  return held
}

/** Note that a user has proven an identifier again. */
export async function noteProof(
  tx: Tx,
  appId: string,
  userId: string,
  { type, value }: Identifier,
  now: number,
): Promise<void> {
  await tx
    .withTables<IdentifierTables>()
    .updateTable('identifiers')
    .set({ last_proven_at: now })
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('type', '=', type)
    .where('value', '=', value)
    .where('verified_at', 'is not', null)
    .execute()
}

/** Take an identifier from a user, with its event if it was proven. False when the user has no such identifier. */
export async function deleteIdentifier(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  { type, value }: Identifier,
): Promise<boolean> {
  const identifier = { type, value }
  const removed = await removeRow(tx, appId, userId, identifier)
  const payload = { user_id: userId, identifier, deleted_at: rfc3339(deps.now()) }
  if (removed && removed.verified_at !== null) await emit(tx, deps, appId, 'user.identifier.deleted', payload)
  return removed !== undefined
}

async function removeRow(tx: Tx, appId: string, userId: string, { type, value }: Identifier) {
  return await tx
    .withTables<IdentifierTables>()
    .deleteFrom('identifiers')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('type', '=', type)
    .where('value', '=', value)
    .returning('verified_at')
    .executeTakeFirst()
}

/** Take an identifier from a user, without an event. */
export async function deleteIdentifierRow(
  tx: Tx,
  appId: string,
  userId: string,
  identifier: Identifier,
): Promise<void> {
  await removeRow(tx, appId, userId, identifier)
}

/** Remove everything here that belongs to a user. */
export async function deleteIdentifiersOfUser(tx: Tx, appId: string, userId: string): Promise<void> {
  await tx
    .withTables<IdentifierTables>()
    .deleteFrom('identifiers')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .execute()
}
