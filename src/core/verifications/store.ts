import type { Db, Tx } from '../../platform/db.ts'
import { deleteExpired } from '../../platform/db-sweep.ts'
import type { VerificationRow, VerificationTables } from './tables.ts'

/** What a verification is found by: the token that its client holds, or the challenge that asked for it. */
export type VerificationKey = { tokenHash: string } | { challengeJti: string }

const columnOf = (key: VerificationKey) => ('tokenHash' in key ? 'token_hash' : 'challenge_jti')
const soughtOf = (key: VerificationKey) => ('tokenHash' in key ? key.tokenHash : key.challengeJti)

/** False when its challenge has one already. */
export async function insertVerification(tx: Tx, row: VerificationRow): Promise<boolean> {
  const inserted = await tx
    .withTables<VerificationTables>()
    .insertInto('verifications')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

export async function findVerification(
  db: Db,
  appId: string,
  key: VerificationKey,
): Promise<VerificationRow | undefined> {
  return await db
    .withTables<VerificationTables>()
    .selectFrom('verifications')
    .selectAll()
    .where('app_id', '=', appId)
    .where(columnOf(key), '=', soughtOf(key))
    .executeTakeFirst()
}

/** A verification for which a code can still be sent. Others who want to change it wait until the commit. */
export async function findRunningForUpdate(
  tx: Tx,
  appId: string,
  key: VerificationKey,
  now: number,
): Promise<VerificationRow | undefined> {
  return await tx
    .withTables<VerificationTables>()
    .updateTable('verifications')
    .set((eb) => ({ resends: eb.ref('resends') }))
    .where('app_id', '=', appId)
    .where(columnOf(key), '=', soughtOf(key))
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
}

/** Lock a verification until the commit. */
export async function lockVerification(tx: Tx, appId: string, id: string): Promise<void> {
  await tx
    .withTables<VerificationTables>()
    .updateTable('verifications')
    .set((eb) => ({ resends: eb.ref('resends') }))
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .execute()
}

/**
 * Count an attempt, if one is left: exact however many try at once, for the row is locked until the commit. Undefined when none is, or the
 * verification is over or its code has another size. A code that a step-up asked for is tried by its challenge alone.
 */
export async function consumeAttempt(
  tx: Tx,
  appId: string,
  key: VerificationKey,
  { codeSize, max }: { codeSize: number; max: number },
  now: number,
): Promise<VerificationRow | undefined> {
  return await tx
    .withTables<VerificationTables>()
    .updateTable('verifications')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('app_id', '=', appId)
    .where(columnOf(key), '=', soughtOf(key))
    .$if('tokenHash' in key, (query) =>
      query.where((eb) => eb.or([eb('challenge_jti', 'is', null), eb('link', 'is not', null)])),
    )
    .where('code_size', '=', codeSize)
    .where('expires_at', '>', now)
    .where('attempts', '<', max)
    .returningAll()
    .executeTakeFirst()
}

/** Take back the attempt of whoever was right. */
export async function giveAttemptBack(tx: Tx, appId: string, id: string): Promise<void> {
  await tx
    .withTables<VerificationTables>()
    .updateTable('verifications')
    .set((eb) => ({ attempts: eb('attempts', '-', 1) }))
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('attempts', '>', 0)
    .execute()
}

/** Use up a verification, of which repeats may ask until `repeatsUntil`. True for exactly one caller. */
export async function consumeVerification(
  tx: Tx,
  appId: string,
  id: string,
  now: number,
  repeatsUntil: number,
): Promise<boolean> {
  const row = await tx
    .withTables<VerificationTables>()
    .updateTable('verifications')
    .set((eb) => ({
      consumed_at: now,
      expires_at: eb.case().when('expires_at', '<', repeatsUntil).then(repeatsUntil).else(eb.ref('expires_at')).end(),
    }))
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('consumed_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Use up whatever else was sent the same code. */
export async function consumeGroup(tx: Tx, appId: string, codeGroup: string, now: number): Promise<void> {
  await tx
    .withTables<VerificationTables>()
    .updateTable('verifications')
    .set({ consumed_at: now })
    .where('app_id', '=', appId)
    .where('code_group', '=', codeGroup)
    .where('consumed_at', 'is', null)
    .execute()
}

/** The youngest verification that a client has begun since `since`, of those with a code to be sent again. */
export async function findLatestOfClient(
  db: Db,
  appId: string,
  client: string,
  since: number,
): Promise<VerificationRow | undefined> {
  return await db
    .withTables<VerificationTables>()
    .selectFrom('verifications')
    .selectAll()
    .where('app_id', '=', appId)
    .where('client', '=', client)
    .where('consumed_at', 'is', null)
    .where('created_at', '>', since)
    .where('sealed_code', 'is not', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Change a verification that runs and has an attempt left. Undefined when it is over. */
export async function updateRunning(
  tx: Tx,
  appId: string,
  id: string,
  change: Pick<VerificationRow, 'silent' | 'silence' | 'takings' | 'expires_at'>,
  max: number,
  now: number,
): Promise<VerificationRow | undefined> {
  return await tx
    .withTables<VerificationTables>()
    .updateTable('verifications')
    .set(change)
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .where('attempts', '<', max)
    .returningAll()
    .executeTakeFirst()
}

/** Let no code of a verification be right, from now on and as if none had been. */
export async function silenceVerification(tx: Tx, appId: string, id: string): Promise<void> {
  await tx
    .withTables<VerificationTables>()
    .updateTable('verifications')
    .set((eb) => ({ silent: 1, consumed_at: null, attempts: eb('attempts', '+', 1) }))
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .execute()
}

/** What a resend puts in the place of what was. */
export type Resend = Pick<VerificationRow, 'code_mac' | 'sealed_code' | 'code_group' | 'takings'> &
  Partial<Pick<VerificationRow, 'token_hash' | 'silent' | 'silence'>>

/** Put a new code in the place of the last, if a resend is left. Undefined when none is, or the verification is over. */
export async function consumeResend(
  tx: Tx,
  appId: string,
  id: string,
  max: number,
  resend: Resend,
  now: number,
): Promise<VerificationRow | undefined> {
  return await tx
    .withTables<VerificationTables>()
    .updateTable('verifications')
    .set((eb) => ({ resends: eb('resends', '+', 1), ...resend }))
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', now)
    .where('resends', '<', max)
    .returningAll()
    .executeTakeFirst()
}

/** Make room for a new verification of a challenge whose last one ran out unanswered. */
export async function deleteExpiredOfChallenge(
  tx: Tx,
  appId: string,
  challengeJti: string,
  now: number,
): Promise<void> {
  await tx
    .withTables<VerificationTables>()
    .deleteFrom('verifications')
    .where('app_id', '=', appId)
    .where('challenge_jti', '=', challengeJti)
    .where('consumed_at', 'is', null)
    .where('expires_at', '<=', now)
    .execute()
}

/** Delete up to `count` verifications that are over. */
export const deleteExpiredVerifications = (tx: Tx, now: number, count: number): Promise<number> =>
  deleteExpired(tx, 'verifications', ['app_id', 'id'], now, count)
