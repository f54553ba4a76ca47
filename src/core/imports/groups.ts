import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { MAX_GROUPS_OF_USER } from '../groups/group.ts'
import { memberRow } from '../groups/membership.ts'
import { deleteMember, insertMembers, listMemberships } from '../groups/store/members.ts'
import { GROUPS, readLeftovers } from './leftovers.ts'
import type { Candidate } from './prepare.ts'

/** Put a user into the groups that a record names, and take them out of those that only an earlier record named; without a word to anybody. */
export async function putGroups(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  { groupIds }: Candidate,
): Promise<void> {
  const named = (await readLeftovers(tx, deps, appId, [userId])).get(userId) ?? []
  const before = new Set(named.flatMap(({ kind, value }) => (kind === GROUPS ? [value] : [])))
  const held = await listMemberships(tx, appId, [userId])
  const gone = held.filter(({ id, name }) => before.has(name) && !groupIds.includes(id))
  for (const { id } of gone) await deleteMember(tx, appId, userId, id)
  const stays = held.filter((one) => !gone.includes(one))
  const missing = groupIds.filter((id) => stays.every((one) => one.id !== id))
  const room = Math.max(0, MAX_GROUPS_OF_USER - stays.length)
  await insertMembers(
    tx,
    missing.slice(0, room).map((id) => memberRow(deps, appId, userId, id)),
  )
}
