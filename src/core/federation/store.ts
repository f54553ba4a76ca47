import { rfc3339 } from '../../platform/clock.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { emit } from '../events/store.ts'
import type { FederatedIdentityRow, FederationTables } from './tables.ts'

/** What names an account at an identity provider: a subject means nothing without its issuer. */
export interface FederatedKey {
  readonly provider: string
  /** Empty where the provider has one issuer. */
  readonly issuer: string
  readonly subject: string
}

export interface FederatedIdentity extends FederatedKey {
  readonly altSubject?: string | undefined
  readonly email?: string | undefined
}

/** Link an account at an identity provider, with its event. False when it is linked to another user; then nothing may be kept. */
export async function insertFederatedIdentity(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  { provider, issuer, subject, altSubject, email }: FederatedIdentity,
): Promise<boolean> {
  const now = deps.now()
  const inserted = await tx
    .withTables<FederationTables>()
    .insertInto('federated_identities')
    .values({
      app_id: appId,
      provider,
      issuer,
      subject,
      user_id: userId,
      alt_subject: altSubject ?? null,
      email: email ?? null,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('user_id')
    .executeTakeFirst()
  if (!inserted) return (await findFederatedOwner(tx, appId, { provider, issuer, subject })) === userId
  const payload = { user_id: userId, identity: { provider, subject }, created_at: rfc3339(now) }
  await emit(tx, deps, appId, 'user.identity.created', payload)
  return true
}

/** Link many accounts at once, without events. False when one of them is linked already; then nothing may be kept. */
export async function insertIdentityRows(tx: Tx, rows: readonly FederatedIdentityRow[]): Promise<boolean> {
  if (rows.length === 0) return true
  const placeOf = ({ provider, issuer, subject }: FederatedIdentityRow) => `${provider} ${issuer} ${subject}`
  // In one order for everybody, so that two transactions over the same accounts cannot wait for each other in a circle.
  const ordered = rows.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
  const { numInsertedOrUpdatedRows } = await tx
    .withTables<FederationTables>()
    .insertInto('federated_identities')
    .values(ordered)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return Number(numInsertedOrUpdatedRows) === rows.length
}

/** An account at an identity provider, if it is linked to anybody. */
export async function findFederatedIdentity(
  db: Db,
  appId: string,
  { provider, issuer, subject }: FederatedKey,
): Promise<FederatedIdentityRow | undefined> {
  return await db
    .withTables<FederationTables>()
    .selectFrom('federated_identities')
    .selectAll()
    .where('app_id', '=', appId)
    .where('provider', '=', provider)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
}

export async function findFederatedOwner(db: Db, appId: string, key: FederatedKey): Promise<string | undefined> {
  return (await findFederatedIdentity(db, appId, key))?.user_id
}

/** Accounts at identity providers that belong to these users, oldest first. */
export async function listFederatedIdentities(
  db: Db,
  appId: string,
  userIds: readonly string[],
): Promise<FederatedIdentityRow[]> {
  if (userIds.length === 0) return []
  return await db
    .withTables<FederationTables>()
    .selectFrom('federated_identities')
    .selectAll()
    .where('app_id', '=', appId)
    .where('user_id', 'in', userIds)
    .orderBy('created_at')
    .orderBy('provider')
    .orderBy('subject')
    .execute()
}

/** Unlink an account from its user, with its event. False when it is not the user's. */
export async function deleteFederatedIdentity(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  { provider, issuer, subject }: FederatedKey,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .withTables<FederationTables>()
    .deleteFrom('federated_identities')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('provider', '=', provider)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  if (Number(numDeletedRows) === 0) return false
  const payload = { user_id: userId, identity: { provider, subject }, deleted_at: rfc3339(deps.now()) }
  await emit(tx, deps, appId, 'user.identity.deleted', payload)
  return true
}

/** Unlink an account from its user, without an event. */
export async function deleteIdentityRow(
  tx: Tx,
  appId: string,
  userId: string,
  { provider, issuer, subject }: FederatedKey,
): Promise<void> {
  await tx
    .withTables<FederationTables>()
    .deleteFrom('federated_identities')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('provider', '=', provider)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .execute()
}

/** Note what the provider said last, for people to recognise the account by. */
export async function noteFederatedLogin(
  tx: Tx,
  appId: string,
  { provider, issuer, subject, altSubject, email }: FederatedIdentity,
): Promise<void> {
  await tx
    .withTables<FederationTables>()
    .updateTable('federated_identities')
    .set({ alt_subject: altSubject ?? null, email: email ?? null })
    .where('app_id', '=', appId)
    .where('provider', '=', provider)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .execute()
}

/**
 * Give the accounts at a provider whose issuer nobody knew yet, because they were brought along before the provider was configured, the issuer
 * that it has. One that somebody else has shown under that issuer before is theirs, and the other stays without.
 */
export async function putIssuer(tx: Tx, appId: string, provider: string, issuer: string): Promise<void> {
  await tx
    .withTables<FederationTables>()
    .updateTable('federated_identities')
    .set({ issuer })
    .where('app_id', '=', appId)
    .where('provider', '=', provider)
    .where('issuer', '=', '')
    .where(({ not, exists, selectFrom }) => {
      const shown = selectFrom('federated_identities as shown').select('shown.subject')
      const same = shown.where('shown.app_id', '=', appId).where('shown.provider', '=', provider)
      const known = same
        .where('shown.issuer', '=', issuer)
        .whereRef('shown.subject', '=', 'federated_identities.subject')
      return not(exists(known))
    })
    .execute()
}

/** Remove everything here that belongs to a user who is going. */
export async function deleteIdentitiesOfUser(tx: Tx, appId: string, userId: string): Promise<void> {
  await tx
    .withTables<FederationTables>()
    .deleteFrom('federated_identities')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .execute()
}
