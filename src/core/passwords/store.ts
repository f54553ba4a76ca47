import type { Db, Tx } from '../../platform/db.ts'
import { configStore } from '../configs/store.ts'
import type { IdentifierTables } from '../identifiers/tables.ts'
import { readStatus, type UserTables } from '../users/tables.ts'
import { passwordConfig } from './config.ts'
import type { Holder } from './holders.ts'
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

/** So many are looked at, proven or oldest first: of an address that is many people's in the legacy system. */
const MAX_HOLDERS = 100

/** Every user who has an address, normalised: the owner first, then oldest first. The database does as much whether somebody has it or nobody. */
export async function listHolders(db: Db, appId: string, email: string): Promise<Holder[]> {
  const rows = await db
    .withTables<PasswordTables & IdentifierTables & UserTables>()
    .selectFrom('identifiers')
    .innerJoin('users', (join) =>
      join.onRef('users.app_id', '=', 'identifiers.app_id').onRef('users.id', '=', 'identifiers.user_id'),
    )
    .leftJoin('password_credentials', (join) =>
      join
        .onRef('password_credentials.app_id', '=', 'users.app_id')
        .onRef('password_credentials.user_id', '=', 'users.id'),
    )
    .select(['users.id as user_id', 'status', 'external_id', 'verified_at', 'hash', 'unproven_email'])
    .select('password_credentials.id as password_id')
    .where('identifiers.app_id', '=', appId)
    .where('identifiers.type', '=', 'email_address')
    .where('identifiers.value', '=', email)
    .orderBy((eb) => eb.case().when('verified_at', 'is', null).then(1).else(0).end())
    .orderBy('users.created_at')
    .orderBy('users.id')
    .limit(MAX_HOLDERS)
    .execute()
  return rows.map((row) => ({
    userId: row.user_id,
    status: readStatus(row.status),
    isOwner: row.verified_at !== null,
    isSignUp: row.unproven_email === email,
    isLegacy: row.external_id !== null,
    password: row.password_id === null || row.hash === null ? undefined : { id: row.password_id, hash: row.hash },
  }))
}

/** A user in whose place nobody is compared. */
export interface Decoy {
  readonly hash: string
  /** An address of theirs, proven or not. */
  readonly email: string | null
}

/** The first user with a password at or behind a place in the random order of all, or the first at all. */
export async function findDecoy(db: Db, appId: string, decoyKey: string): Promise<Decoy | undefined> {
  const from = async (place: string) =>
    await db
      .withTables<PasswordTables & IdentifierTables>()
      .selectFrom('password_credentials')
      .leftJoin('identifiers', (join) =>
        join
          .onRef('identifiers.app_id', '=', 'password_credentials.app_id')
          .onRef('identifiers.user_id', '=', 'password_credentials.user_id')
          .on('identifiers.type', '=', 'email_address'),
      )
      .select(['hash', 'identifiers.value as email'])
      .where('password_credentials.app_id', '=', appId)
      .where('decoy_key', '>=', place)
      .orderBy('decoy_key')
      .orderBy('identifiers.value')
      .limit(1)
      .executeTakeFirst()
  return (await from(decoyKey)) ?? (await from(''))
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

/** Give passwords to many users who have none. */
export async function insertPasswordRows(tx: Tx, rows: readonly PasswordRow[]): Promise<void> {
  if (rows.length > 0) await tx.withTables<PasswordTables>().insertInto('password_credentials').values(rows).execute()
}

/** Give a user a password, in the place of the one before. */
export async function putPassword(tx: Tx, row: PasswordRow): Promise<void> {
  const { id, hash, updated_at, secret_name } = row
  await tx
    .withTables<PasswordTables>()
    .insertInto('password_credentials')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['app_id', 'user_id']).doUpdateSet({ id, hash, updated_at, secret_name }),
    )
    .execute()
}

/** Put a better hash of the same password, one of ours, in the place of `from`. False when the password was changed meanwhile. */
export async function swapHash(tx: Tx, appId: string, userId: string, from: string, to: string): Promise<boolean> {
  const row = await tx
    .withTables<PasswordTables>()
    .updateTable('password_credentials')
    .set({ hash: to, secret_name: null })
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
