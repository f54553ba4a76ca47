import type { Db, Tx } from '../../../platform/db.ts'
import { decodeOperator, type Operator } from '../operator.ts'
import type { OperatorTables } from '../tables.ts'

/** Wait for whoever else changes who is an operator, to the end of their transaction. */
export async function takeTurn(tx: Tx): Promise<void> {
  await tx
    .withTables<OperatorTables>()
    .updateTable('operator_turns')
    .set((eb) => ({ count: eb('count', '+', 1) }))
    .where('id', '=', 'operators')
    .execute()
}

const encodeApps = (apps: Operator['apps']) => (apps ? JSON.stringify(apps) : null)

/** False when somebody has this address already. */
export async function insertOperator(tx: Tx, operator: Omit<Operator, 'lastSeenAt'>): Promise<boolean> {
  const { id, name, email, role, apps, createdBy, createdAt } = operator
  const row = { id, name, email, role, apps: encodeApps(apps), created_by: createdBy, created_at: createdAt }
  const inserted = await tx
    .withTables<OperatorTables>()
    .insertInto('operators')
    .values({ ...row, last_seen_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

export async function findOperator(db: Db, id: string): Promise<Operator | undefined> {
  const row = await db
    .withTables<OperatorTables>()
    .selectFrom('operators')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return row && decodeOperator(row)
}

export async function findOperatorByEmail(db: Db, email: string): Promise<Operator | undefined> {
  const row = await db
    .withTables<OperatorTables>()
    .selectFrom('operators')
    .selectAll()
    .where('email', '=', email)
    .executeTakeFirst()
  return row && decodeOperator(row)
}

/** Everybody, oldest first. */
export async function listOperators(db: Db): Promise<Operator[]> {
  const rows = await db.withTables<OperatorTables>().selectFrom('operators').selectAll().orderBy('id').execute()
  return rows.map(decodeOperator)
}

export async function updateOperator(
  tx: Tx,
  id: string,
  { name, role, apps }: Pick<Operator, 'name' | 'role' | 'apps'>,
): Promise<void> {
  await tx
    .withTables<OperatorTables>()
    .updateTable('operators')
    .set({ name, role, apps: encodeApps(apps) })
    .where('id', '=', id)
    .execute()
}

/** Delete an operator, with everything by which they get in. */
export async function deleteOperator(tx: Tx, id: string): Promise<void> {
  const tables = tx.withTables<OperatorTables>()
  for (const table of [
    'operator_sessions',
    'operator_passkeys',
    'operator_invitations',
    'operator_identities',
  ] as const)
    await tables.deleteFrom(table).where('operator_id', '=', id).execute()
  await tables.deleteFrom('operators').where('id', '=', id).execute()
}

/** How many passkeys and live sessions each operator has, by id. */
export async function countWaysIn(
  db: Db,
  now: number,
): Promise<ReadonlyMap<string, { readonly passkeys: number; readonly sessions: number }>> {
  const tables = db.withTables<OperatorTables>()
  const passkeys = await tables
    .selectFrom('operator_passkeys')
    .select((eb) => ['operator_id', eb.fn.countAll<number>().as('count')])
    .groupBy('operator_id')
    .execute()
  const sessions = await tables
    .selectFrom('operator_sessions')
    .select((eb) => ['operator_id', eb.fn.countAll<number>().as('count')])
    .where('expires_at', '>', now)
    .groupBy('operator_id')
    .execute()
  const of = (rows: typeof passkeys, id: string) => Number(rows.find((row) => row.operator_id === id)?.count ?? 0)
  const ids = new Set([...passkeys, ...sessions].map((row) => row.operator_id))
  return new Map([...ids].map((id) => [id, { passkeys: of(passkeys, id), sessions: of(sessions, id) }]))
}
