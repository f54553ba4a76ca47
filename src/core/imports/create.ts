import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { orderedIds } from '../../platform/ids.ts'
import { endRivalClaims } from '../claims/claims.ts'
import { insertIdentityRows } from '../federation/store.ts'
import type { FederatedIdentityRow } from '../federation/tables.ts'
import { memberRow } from '../groups/membership.ts'
import { insertMembers } from '../groups/store/members.ts'
import type { GroupMemberRow } from '../groups/tables.ts'
import { insertIdentifierRows, listHeld } from '../identifiers/store.ts'
import type { IdentifierRow } from '../identifiers/tables.ts'
import { passwordRow } from '../passwords/credential.ts'
import { insertPasswordRows } from '../passwords/store.ts'
import type { PasswordRow } from '../passwords/tables.ts'
import { insertUserRows } from '../users/store.ts'
import type { NewUserRow } from '../users/tables.ts'
import { writeDigests } from './digests.ts'
import { GROUPS, insertLeftovers, type Leftover, leftoverRows } from './leftovers.ts'
import type { Candidate } from './prepare.ts'
import { insertImportedUsers } from './store.ts'
import type { ImportedUserRow, ImportLeftoverRow } from './tables.ts'

/** Everything that makes a new user. */
export interface NewRows {
  readonly user: NewUserRow
  readonly identifiers: readonly IdentifierRow[]
  readonly identities: readonly FederatedIdentityRow[]
  readonly passwords: readonly PasswordRow[]
  readonly leftovers: readonly ImportLeftoverRow[]
  readonly memberships: readonly GroupMemberRow[]
  readonly imported: ImportedUserRow
}

/** The rows of a user whom a record makes. Slow: for outside of transactions. */
export function newRows(
  deps: Deps,
  appId: string,
  importId: string,
  { read, parts, wanted, groupIds }: Candidate,
): NewRows {
  const id = orderedIds(deps)('usr')
  const now = deps.now()
  const { user } = read
  const { passwordHash } = parts
  return {
    user: {
      app_id: appId,
      id,
      external_id: user.externalId,
      internal_id: null,
      status: read.isBlocked ? 'blocked' : 'active',
      profile: JSON.stringify(parts.profile),
      scopes: JSON.stringify(parts.scopes),
      created_at: Math.min(read.createdAt ?? now, now),
      updated_at: now,
      migrated_at: null,
      sessions_ended_at: null,
      sessions_revoked_at: null,
      first_login_at: null,
      first_login_way: null,
    },
    identifiers: user.identifiers.map((one) => identifierRow(appId, id, one, now)),
    identities: user.federatedIdentities.map((one) => identityRow(appId, id, one, now)),
    passwords: passwordHash === undefined ? [] : [passwordRow(deps, appId, { userId: id, hash: passwordHash })],
    leftovers: leftoverRows(deps, appId, id, leftoversOf(read)),
    memberships: groupIds.map((groupId) => memberRow(deps, appId, id, groupId)),
    imported: {
      app_id: appId,
      user_id: id,
      import_id: importId,
      is_new: 1,
      applied: writeDigests(wanted),
      source_updated_at: read.updatedAt ?? null,
      source_seen_at: read.lastSeenAt ?? null,
      external_id: user.externalId,
    },
  }
}

export const leftoversOf = ({ user, leftovers }: Candidate['read']): Leftover[] => [
  ...[...user.groups.keys()].map((value) => ({ kind: GROUPS, value })),
  ...leftovers,
]

type GivenIdentifier = Candidate['read']['user']['identifiers'][number]

/** Proven when the legacy system saw it, as far as that can be. */
export const identifierRow = (
  appId: string,
  userId: string,
  { type, value, verified, verifiedAt }: GivenIdentifier,
  now: number,
): IdentifierRow => ({
  app_id: appId,
  user_id: userId,
  type,
  value,
  verified_at: verified ? Math.min(verifiedAt || now, now) : null,
  created_at: now,
  last_proven_at: null,
})

export const identityRow = (
  appId: string,
  userId: string,
  { provider, issuer, subject }: Candidate['read']['user']['federatedIdentities'][number],
  now: number,
): FederatedIdentityRow => ({
  app_id: appId,
  provider,
  issuer,
  subject,
  user_id: userId,
  alt_subject: null,
  email: null,
  created_at: now,
})

/**
 * Insert users who are nobody here yet, many at once, without a word to anybody. False when somebody else was made meanwhile who has something of
 * theirs; then nothing may be kept.
 */
export async function insertPeople(tx: Tx, deps: Deps, appId: string, people: readonly NewRows[]): Promise<boolean> {
  if (people.length === 0) return true
  const identifiers = people.flatMap((one) => one.identifiers)
  if (
    !(await insertUserRows(
      tx,
      people.map(({ user }) => user),
    ))
  )
    return false
  if (!(await insertIdentifierRows(tx, identifiers))) return false
  if (
    !(await insertIdentityRows(
      tx,
      people.flatMap((one) => one.identities),
    ))
  )
    return false
  await insertPasswordRows(
    tx,
    people.flatMap((one) => one.passwords),
  )
  await insertImportedUsers(
    tx,
    people.map(({ imported }) => imported),
  )
  await insertLeftovers(
    tx,
    people.flatMap((one) => one.leftovers),
  )
  await insertMembers(
    tx,
    people.flatMap((one) => one.memberships),
  )
  await endRivals(tx, deps, appId, identifiers)
  return true
}

/** Who only claimed what these users have proven loses it. */
export async function endRivals(tx: Tx, deps: Deps, appId: string, rows: readonly IdentifierRow[]): Promise<void> {
  const proven = rows.filter(({ verified_at }) => verified_at !== null)
  const claimed = await listHeld(tx, appId, proven, 'claimed')
  for (const { type, value, user_id } of proven) {
    if (claimed.has(`${type} ${value}`)) await endRivalClaims(tx, deps, appId, user_id, { type, value })
  }
}
