import { rfc3339 } from '../../platform/clock.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { emit } from '../events/store.ts'
import { type Group, MAX_GROUPS_OF_USER } from './group.ts'
import { deleteMember, insertMembers, listMemberships } from './store/members.ts'
import { findGroups } from './store.ts'
import type { GroupMemberRow } from './tables.ts'

/** The groups that a user is in, by name. */
export async function listGroupsOfUser(db: Db, appId: string, userId: string): Promise<string[]> {
  return (await listMemberships(db, appId, [userId])).map(({ name }) => name)
}

/** Put a user who is held into groups, with an event for each that is new. Answers those for which there was no room. */
export async function addToGroups(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  groups: readonly Group[],
): Promise<Group[]> {
  const held = await listMemberships(tx, appId, [userId])
  const missing = groups.filter(({ id }) => held.every((one) => one.id !== id))
  const room = Math.max(0, MAX_GROUPS_OF_USER - held.length)
  const added = missing.slice(0, room)
  await insertMembers(
    tx,
    added.map(({ id }) => memberRow(deps, appId, userId, id)),
  )
  const added_at = rfc3339(deps.now())
  for (const { name } of added)
    await emit(tx, deps, appId, 'user.group.added', { user_id: userId, group: name, added_at })
  return missing.slice(room)
}

export const memberRow = (deps: Deps, appId: string, userId: string, groupId: string): GroupMemberRow => ({
  app_id: appId,
  user_id: userId,
  group_id: groupId,
  created_at: deps.now(),
})

/** Take a user out of a group, with its event. False when the user was not in it. */
export async function removeFromGroup(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  group: Pick<Group, 'id' | 'name'>,
): Promise<boolean> {
  const removed = await deleteMember(tx, appId, userId, group.id)
  const payload = { user_id: userId, group: group.name, removed_at: rfc3339(deps.now()) }
  if (removed) await emit(tx, deps, appId, 'user.group.removed', payload)
  return removed
}

/**
 * Have a user who is held be in exactly those groups that are named, as far as the others are among `governed`. Answers the names that are no
 * group’s, or for which there was no room.
 */
export async function settleGroups(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  { names, governed }: { readonly names: readonly string[]; readonly governed: readonly string[] },
): Promise<string[]> {
  if (names.length === 0 && governed.length === 0) return []
  for (const held of await listMemberships(tx, appId, [userId])) {
    if (governed.includes(held.name) && !names.includes(held.name)) await removeFromGroup(tx, deps, appId, userId, held)
  }
  const groups = await findGroups(tx, appId, names)
  const left = await addToGroups(tx, deps, appId, userId, groups)
  return names.filter((name) => !groups.some((group) => group.name === name) || left.some((one) => one.name === name))
}
