import type { Db, Tx } from '../../platform/db.ts'
import type { PasswordSecretRow, PasswordTables } from './tables.ts'

export async function findSecret(db: Db, appId: string, name: string): Promise<PasswordSecretRow | undefined> {
  return await db
    .withTables<PasswordTables>()
    .selectFrom('password_secrets')
    .selectAll()
    .where('app_id', '=', appId)
    .where('name', '=', name)
    .executeTakeFirst()
}

/** By name. */
export async function listSecrets(db: Db, appId: string): Promise<PasswordSecretRow[]> {
  return await db
    .withTables<PasswordTables>()
    .selectFrom('password_secrets')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('name')
    .execute()
}

/** Keep a secret, in the place of one of the same name. Answers it as it is kept. */
export async function putSecret(tx: Tx, row: PasswordSecretRow): Promise<PasswordSecretRow> {
  const { kind, sealed, updated_at } = row
  return await tx
    .withTables<PasswordTables>()
    .insertInto('password_secrets')
    .values(row)
    .onConflict((conflict) => conflict.columns(['app_id', 'name']).doUpdateSet({ kind, sealed, updated_at }))
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Forget a secret that no hash names. False when one does, or there is no such secret. */
export async function deleteSecret(tx: Tx, appId: string, name: string): Promise<boolean> {
  const row = await tx
    .withTables<PasswordTables>()
    .deleteFrom('password_secrets')
    .where('app_id', '=', appId)
    .where('name', '=', name)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('password_credentials')
            .select('user_id')
            .where('app_id', '=', appId)
            .where('secret_name', '=', name),
        ),
      ),
    )
    .returning('name')
    .executeTakeFirst()
  return row !== undefined
}

/** How many passwords cannot be compared without a secret. */
export async function countHashesNaming(db: Db, appId: string, name: string): Promise<number> {
  const { count } = await db
    .withTables<PasswordTables>()
    .selectFrom('password_credentials')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('app_id', '=', appId)
    .where('secret_name', '=', name)
    .executeTakeFirstOrThrow()
  return Number(count)
}
