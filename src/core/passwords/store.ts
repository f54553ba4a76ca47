import type { Db, Tx } from '../../platform/db.ts'
import { configStore } from '../configs/store.ts'
import { passwordConfig } from './config.ts'
import type { PasswordRow, PasswordTables } from './tables.ts'

export const passwordConfigs = configStore('password_configs', passwordConfig)

export async function findPassword(
  db: Db,
  appId: string,
  userId: string,
): Promise<Pick<PasswordRow, 'id' | 'hash' | 'updated_at'> | undefined> {
  return await db
    .withTables<PasswordTables>()
    .selectFrom('password_credentials')
    .select(['id', 'hash', 'updated_at'])
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
}

/** The hashes of these users' passwords, by user. */
export async function listHashes(db: Db, appId: string, userIds: readonly string[]): Promise<[string, string][]> {
  if (userIds.length === 0) return []
  const rows = await db
    .withTables<PasswordTables>()
    .selectFrom('password_credentials')
    .select(['user_id', 'hash'])
    .where('app_id', '=', appId)
    .where('user_id', 'in', userIds)
    .execute()
  return rows.map(({ user_id, hash }) => [user_id, hash])
}

/** The user who signed up with this address, normalised, as long as it is one of theirs. Nobody has proven it. */
export async function findSignUp(db: Db, appId: string, email: string): Promise<string | undefined> {
  const row = await db
    .withTables<PasswordTables & IdentifierTables>()
    .selectFrom('password_credentials')
    .innerJoin('identifiers', (join) =>
      join
        .onRef('identifiers.app_id', '=', 'password_credentials.app_id')
        .onRef('identifiers.user_id', '=', 'password_credentials.user_id')
        .onRef('identifiers.value', '=', 'password_credentials.unproven_email'),
    )
    .select('password_credentials.user_id')
    .where('password_credentials.app_id', '=', appId)
    .where('unproven_email', '=', email)
    .where('identifiers.type', '=', 'email_address')
    .executeTakeFirst()
  return row?.user_id
}

/** Free an address that its sign-up no longer holds, for whoever signs up with it next. */
export async function releaseSignUp(tx: Tx, appId: string, email: string): Promise<void> {
  await tx
    .withTables<PasswordTables & IdentifierTables>()
    .updateTable('password_credentials')
    .set({ unproven_email: null })
    .where('app_id', '=', appId)
    .where('unproven_email', '=', email)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('identifiers')
            .select('identifiers.user_id')
            .whereRef('identifiers.app_id', '=', 'password_credentials.app_id')
            .whereRef('identifiers.user_id', '=', 'password_credentials.user_id')
            .where('identifiers.type', '=', 'email_address')
            .where('identifiers.value', '=', email),
        ),
      ),
    )
    .execute()
}

type IdentifierTables = { identifiers: { app_id: string; user_id: string; type: string; value: string } }

/** The hash of the first user at or behind a place in the random order of all, or of the first at all. */
export async function findDecoy(db: Db, appId: string, decoyKey: string): Promise<string | undefined> {
  const from = async (place: string) =>
    await db
      .withTables<PasswordTables>()
      .selectFrom('password_credentials')
      .select('hash')
      .where('app_id', '=', appId)
      .where('decoy_key', '>=', place)
      .orderBy('decoy_key')
      .limit(1)
      .executeTakeFirst()
  return ((await from(decoyKey)) ?? (await from('')))?.hash
}

/** Give a password to a user who has none. False when the user has one, or somebody else signed up with the address. */
export async function insertPassword(tx: Tx, row: PasswordRow): Promise<boolean> {
  const inserted = await tx
    .withTables<PasswordTables>()
    .insertInto('password_credentials')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('user_id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Give a user a password, in the place of the one before. */
export async function putPassword(tx: Tx, row: PasswordRow): Promise<void> {
  const { id, hash, updated_at } = row
  await tx
    .withTables<PasswordTables>()
    .insertInto('password_credentials')
    .values(row)
    .onConflict((conflict) => conflict.columns(['app_id', 'user_id']).doUpdateSet({ id, hash, updated_at }))
    .execute()
}

/** Put a better hash of the same password in the place of `from`. False when the password was changed meanwhile. */
export async function swapHash(tx: Tx, appId: string, userId: string, from: string, to: string): Promise<boolean> {
  const row = await tx
    .withTables<PasswordTables>()
    .updateTable('password_credentials')
    .set({ hash: to })
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('hash', '=', from)
    .returning('user_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Take a user's password; if told so, only one set before a time, Unix ms. False when there is none. */
export async function deletePassword(tx: Tx, appId: string, userId: string, setBefore?: number): Promise<boolean> {
  const row = await tx
    .withTables<PasswordTables>()
    .deleteFrom('password_credentials')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .$if(setBefore !== undefined, (query) => query.where('updated_at', '<', setBefore as number))
    .returning('user_id')
    .executeTakeFirst()
  return row !== undefined
}
