import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { listFederatedIdentities } from '../federation/store.ts'
import { listMemberships } from '../groups/store/members.ts'
import { listGroups } from '../groups/store.ts'
import { listIdentifiers } from '../identifiers/store.ts'
import { passkeyRecord } from '../passkeys/passkey.ts'
import { listPasskeys } from '../passkeys/store/passkeys.ts'
import { listHashes } from '../passwords/store.ts'
import { listUsersAfter } from '../users/store.ts'
import { GROUPS, type Leftover, readLeftovers } from './leftovers.ts'
import type { ImportRecord } from './record.ts'

export interface ExportedUser {
  /** Ours. The next page begins behind the last one. */
  readonly id: string
  /** What an import would make the same user of. Whoever has no external id is named by our id. */
  readonly record: ImportRecord
}

/** Users by id, as an import takes them: the first of all, or those behind an id. `hashes`: whether to give password hashes away, passkeys, and what is kept sealed. */
export async function exportUsers(
  deps: Deps,
  appId: string,
  { after, limit, hashes }: { readonly after?: string | undefined; readonly limit: number; readonly hashes: boolean },
): Promise<ExportedUser[]> {
  const { db } = deps
  const users = await listUsersAfter(db, appId, after, limit)
  const ids = users.map(({ id }) => id)
  const identifiers = Map.groupBy(await listIdentifiers(db, appId, ids), ({ user_id }) => user_id)
  const identities = Map.groupBy(await listFederatedIdentities(db, appId, ids), ({ user_id }) => user_id)
  const passwords = new Map(hashes ? await listHashes(db, appId, ids) : [])
  const passkeys = Map.groupBy(hashes ? await listPasskeys(db, appId, ids) : [], ({ user_id }) => user_id)
  const kept = await readLeftovers(db, deps, appId, ids)
  const memberships = Map.groupBy(await listMemberships(db, appId, ids), ({ user_id }) => user_id)
  const known = new Set((await listGroups(db, appId)).map(({ name }) => name))
  // Of what a file named, those that are no group here; of the others, those that the user is in.
  const groupsOf = (id: string, all: readonly Leftover[]) => [
    ...all.flatMap(({ kind, value }) => (kind === GROUPS && !known.has(String(value)) ? [String(value)] : [])),
    ...(memberships.get(id) ?? []).map(({ name }) => name),
  ]
  return users.map((user) => {
    const hash = passwords.get(user.id)
    const all = kept.get(user.id) ?? []
    const own = (passkeys.get(user.id) ?? []).map((row) => ({ kind: 'passkey', value: passkeyRecord(row) }))
    const leftovers = hashes ? [...all.filter(({ kind }) => kind !== GROUPS), ...own] : []
    return {
      id: user.id,
      record: {
        external_id: user.externalId ?? user.id,
        identifiers: (identifiers.get(user.id) ?? []).map(({ type, value, verified_at }) => ({
          type,
          value,
          verified: verified_at !== null,
          ...(verified_at !== null && { verified_at: rfc3339(verified_at) }),
        })),
        profile: user.profile,
        scopes: user.scopes,
        groups: groupsOf(user.id, all),
        federated_identities: (identities.get(user.id) ?? []).map(({ provider, subject }) => ({ provider, subject })),
        ...(hash !== undefined && { password_hash: hash }),
        created_at: rfc3339(user.createdAt),
        updated_at: rfc3339(user.updatedAt),
        status: user.status === 'active' ? 'active' : 'blocked',
        ...(leftovers.length > 0 && { leftovers }),
      },
    }
  })
}
