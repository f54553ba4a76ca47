import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { addToGroups, removeFromGroup } from '../groups/membership.ts'
import { findGroup } from '../groups/store.ts'
import { endSessions } from '../sessions/end.ts'
import { removeUser } from '../users/remove.ts'
import { putStatus } from '../users/status.ts'
import type { FilteredUser } from './filter.ts'
import { listMembersAmong } from './store.ts'
import type { UserJobRow } from './tables.ts'

/** What has become of a user. `gone`: what was to be done cannot be done to anybody any more. */
export type Acted = 'done' | 'unchanged' | 'failed' | 'gone'

/** Do to one user what the operation for one does, with its events. */
export async function act(tx: Tx, deps: Deps, job: UserJobRow, user: FilteredUser): Promise<Acted> {
  const { app_id: appId, action } = job
  switch (action) {
    case 'block':
    case 'unblock': {
      const status = action === 'block' ? 'inactive' : 'active'
      if (user.status === status) return 'unchanged'
      return doneIf(await putStatus(tx, deps, appId, user.id, status))
    }
    case 'end_sessions':
      return doneIf((await endSessions(tx, deps, appId, { userId: user.id }, 'revoked')).length > 0)
    case 'delete':
      return doneIf(await removeUser(tx, deps, appId, user.id))
    case 'add_to_group':
    case 'remove_from_group':
      return await changeMembership(tx, deps, job, user)
  }
}

const doneIf = (isDone: boolean): Acted => (isDone ? 'done' : 'unchanged')

async function changeMembership(
  tx: Tx,
  deps: Deps,
  { app_id: appId, action, group_name }: UserJobRow,
  { id }: FilteredUser,
): Promise<Acted> {
  const group = await findGroup(tx, appId, group_name ?? '')
  if (!group) return 'gone'
  if (action === 'remove_from_group') return doneIf(await removeFromGroup(tx, deps, appId, id, group))
  const isMember = (await listMembersAmong(tx, appId, group.id, [id])).has(id)
  if (isMember) return 'unchanged'
  return (await addToGroups(tx, deps, appId, id, [group])).length > 0 ? 'failed' : 'done'
}
