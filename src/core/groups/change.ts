import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { enqueue } from '../../platform/jobs/enqueue.ts'
import { changeApplication } from '../applications/change.ts'
import { isReserved } from '../scopes/scope.ts'
import { listAllowedScopesForUpdate } from '../scopes/store.ts'
import { type Group, MAX_GROUPS } from './group.ts'
import { CLEAR_GROUP } from './noun.ts'
import { deleteGroup, insertGroup, listGroups, updateGroup } from './store.ts'

/** Why scopes may not be a group’s. */
type Unusable = 'unknown_scope' | 'reserved_scope'

export type Created = { kind: 'created'; group: Group } | { kind: 'exists' | 'too_many' | Unusable }
export type Updated = { kind: 'updated'; group: Group } | { kind: 'no_group' | Unusable }

/** Make a group. Anything but `created` must be undone by the caller. */
export async function createGroup(
  tx: Tx,
  deps: Deps,
  appId: string,
  name: string,
  scopes: readonly string[],
): Promise<Created> {
  const unusable = await judgeScopes(tx, appId, scopes)
  if (unusable) return { kind: unusable }
  if ((await listGroups(tx, appId)).length >= MAX_GROUPS) return { kind: 'too_many' }
  const now = deps.now()
  const group = { id: newId('grp', deps), name, scopes: [...new Set(scopes)], createdAt: now, updatedAt: now }
  if (!(await insertGroup(tx, appId, group))) return { kind: 'exists' }
  await announce(tx, deps, appId)
  return { kind: 'created', group }
}

/** Replace the scopes of a group. */
export async function setGroupScopes(
  tx: Tx,
  deps: Deps,
  appId: string,
  name: string,
  scopes: readonly string[],
): Promise<Updated> {
  const unusable = await judgeScopes(tx, appId, scopes)
  if (unusable) return { kind: unusable }
  const group = await updateGroup(tx, appId, name, [...new Set(scopes)], deps.now())
  if (!group) return { kind: 'no_group' }
  await announce(tx, deps, appId)
  return { kind: 'updated', group }
}

/** Delete a group: from the next token of each session on it gives nothing. False when there is none. */
export async function removeGroup(tx: Tx, deps: Deps, appId: string, name: string): Promise<boolean> {
  const id = await deleteGroup(tx, appId, name)
  if (id === undefined) return false
  await enqueue(tx, deps, appId, CLEAR_GROUP, { group_id: id })
  await announce(tx, deps, appId)
  return true
}

/** Take a scope out of every group that gives it, in the transaction that holds the allowed scopes. */
export async function removeScopeFromGroups(tx: Tx, deps: Deps, appId: string, scope: string): Promise<void> {
  const giving = (await listGroups(tx, appId)).filter(({ scopes }) => scopes.includes(scope))
  for (const { name, scopes } of giving) {
    const remaining = scopes.filter((one) => one !== scope)
    await updateGroup(tx, appId, name, remaining, deps.now())
  }
  if (giving.length > 0) await announce(tx, deps, appId)
}

/** What is wrong with the scopes of a group. Those that are allowed stay so until the commit. */
async function judgeScopes(tx: Tx, appId: string, scopes: readonly string[]): Promise<Unusable | undefined> {
  if (scopes.some(isReserved)) return 'reserved_scope'
  const allowed = await listAllowedScopesForUpdate(tx, appId)
  return scopes.every((scope) => allowed.includes(scope)) ? undefined : 'unknown_scope'
}

/** Every process keeps groups as long as the application stays as it is. */
const announce = (tx: Tx, deps: Deps, appId: string) => changeApplication(tx, deps, appId, () => ({}))
