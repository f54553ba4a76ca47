import type { Db, Tx } from '../../../platform/db.ts'
import { readStatus, type UserStatus, type UserTables } from '../../users/tables.ts'
import type { PasskeyRow, PasskeyTables } from '../tables.ts'

/** A passkey and what its user is. */
export type HeldPasskey = PasskeyRow & { readonly status: UserStatus }

/** The passkey of a credential, made for a relying party. The database does as much whether there is one or none. */
export async function findPasskey(
  db: Db,
  appId: string,
  rpId: string,
  credentialId: string,
): Promise<HeldPasskey | undefined> {
  const row = await db
    .withTables<PasskeyTables & UserTables>()
    .selectFrom('passkeys')
    .innerJoin('users', (join) =>
      join.onRef('users.app_id', '=', 'passkeys.app_id').onRef('users.id', '=', 'passkeys.user_id'),
    )
    .selectAll('passkeys')
    .select('users.status')
    .where('passkeys.app_id', '=', appId)
    .where('credential_id', '=', credentialId)
    .where('rp_id', '=', rpId)
    .executeTakeFirst()
  return row && { ...row, status: readStatus(row.status) }
}

/** A credential of a user's, whatever relying party it was made for. */
export async function findPasskeyOfUser(
  db: Db,
  appId: string,
  userId: string,
  credentialId: string,
): Promise<PasskeyRow | undefined> {
  return await db
    .withTables<PasskeyTables>()
    .selectFrom('passkeys')
    .selectAll()
    .where('app_id', '=', appId)
    .where('credential_id', '=', credentialId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
}

/** The passkeys of these users, oldest first. */
export async function listPasskeys(db: Db, appId: string, userIds: readonly string[]): Promise<PasskeyRow[]> {
  if (userIds.length === 0) return []
  return await db
    .withTables<PasskeyTables>()
    .selectFrom('passkeys')
    .selectAll()
    .where('app_id', '=', appId)
    .where('user_id', 'in', userIds)
    .orderBy('created_at')
    .orderBy('credential_id')
    .execute()
}

/** How many passkeys of an application were made for another relying party than this: they open nothing while this one is configured. */
export async function countOrphans(db: Db, appId: string, rpId: string): Promise<number> {
  const { count } = await db
    .withTables<PasskeyTables>()
    .selectFrom('passkeys')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('app_id', '=', appId)
    .where('rp_id', '!=', rpId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** False when an application's user has this credential already. */
export async function insertPasskey(tx: Tx, row: PasskeyRow): Promise<boolean> {
  const inserted = await tx
    .withTables<PasskeyTables>()
    .insertInto('passkeys')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('credential_id')
    .executeTakeFirst()
  return inserted !== undefined
}

export interface PasskeyUse {
  /** As the answer says it. */
  readonly signCount: number
  readonly backupEligible: boolean
  readonly backupState: boolean
}

/**
 * Note what a passkey's answer says, unless its count shows a copy of the key. False then, for a passkey that is gone or blocked meanwhile, and for all
 * but one of those who show the same count of a key that counts.
 */
export async function swapSignCount(
  tx: Tx,
  { app_id, credential_id, user_id }: Pick<PasskeyRow, 'app_id' | 'credential_id' | 'user_id'>,
  { signCount, backupEligible, backupState }: PasskeyUse,
  now: number,
): Promise<boolean> {
  const row = await tx
    .withTables<PasskeyTables>()
    .updateTable('passkeys')
    .set((eb) => ({
      sign_count: eb.case().when('sign_count', '<', signCount).then(signCount).else(eb.ref('sign_count')).end(),
      backup_eligible: Number(backupEligible),
      backup_state: Number(backupState),
      last_used_at: now,
    }))
    .where('app_id', '=', app_id)
    .where('credential_id', '=', credential_id)
    .where('user_id', '=', user_id)
    .where('blocked_at', 'is', null)
    .$if(!backupEligible && signCount > 0, (query) => query.where('sign_count', '<', signCount))
    .$if(!backupEligible && signCount === 0, (query) => query.where('sign_count', '=', 0))
    .returning('credential_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Name a passkey of a user's; null takes its name. False when they have none of this id. */
export async function updateNickname(
  tx: Tx,
  appId: string,
  userId: string,
  credentialId: string,
  nickname: string | null,
): Promise<boolean> {
  const row = await tx
    .withTables<PasskeyTables>()
    .updateTable('passkeys')
    .set({ nickname })
    .where('app_id', '=', appId)
    .where('credential_id', '=', credentialId)
    .where('user_id', '=', userId)
    .returning('credential_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Which of a user's passkeys to delete: that of an id, those made before a time, Unix ms, or all. */
export interface Doomed {
  readonly credentialId?: string | undefined
  readonly madeBefore?: number | undefined
}

/** Delete passkeys of a user. Answers what is gone. */
export async function deletePasskeyRows(
  tx: Tx,
  appId: string,
  userId: string,
  { credentialId, madeBefore }: Doomed = {},
): Promise<PasskeyRow[]> {
  return await tx
    .withTables<PasskeyTables>()
    .deleteFrom('passkeys')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .$if(credentialId !== undefined, (query) => query.where('credential_id', '=', credentialId as string))
    .$if(madeBefore !== undefined, (query) => query.where('created_at', '<', madeBefore as number))
    .returningAll()
    .execute()
}
