import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { findUserByExternalId } from './store/ids.ts'
import { findUser, insertUser } from './store.ts'
import type { UserTables } from './tables.ts'

/** Set the application's own id of a user. `taken` when another user has it. */
export async function updateExternalId(
  tx: Tx,
  deps: Deps,
  appId: string,
  id: string,
  externalId: string,
): Promise<'done' | 'taken' | 'unknown'> {
  if (!(await findUser(tx, appId, id))) return 'unknown'
  if (!(await claimExternalId(tx, deps, appId, externalId))) {
    const holder = await findUserByExternalId(tx, appId, externalId)
    return holder?.id === id ? 'done' : 'taken'
  }
  const row = await tx
    .withTables<UserTables>()
    .updateTable('users')
    .set({ external_id: externalId, updated_at: deps.now() })
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row ? 'done' : 'unknown'
}

/**
 * Hold a free external id until the commit: whoever else wants it waits. False when a user has it.
 * A row of an insert is the one thing that can lose the race for a unique index without an error, so one is inserted, and removed at once.
 */
async function claimExternalId(tx: Tx, deps: Deps, appId: string, externalId: string): Promise<boolean> {
  const id = newId('usr', deps)
  if (!(await insertUser(tx, deps, appId, { id, externalId, migrated: false }))) return false
  await tx.withTables<UserTables>().deleteFrom('users').where('app_id', '=', appId).where('id', '=', id).execute()
  return true
}

/** Link a user to its legacy record, unless either is linked already. False when one was. `migrated`: whether the user has come over by that. */
export async function consumeLink(
  tx: Tx,
  deps: Deps,
  appId: string,
  id: string,
  externalId: string,
  { migrated } = { migrated: true },
): Promise<boolean> {
  if (!(await claimExternalId(tx, deps, appId, externalId))) return false
  const now = deps.now()
  const row = await tx
    .withTables<UserTables>()
    .updateTable('users')
    .set({ external_id: externalId, updated_at: now, ...(migrated && { migrated_at: now }) })
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('external_id', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Note that the user's legacy session was exchanged, the first time it is. False when it was before. */
export async function markMigrated(tx: Tx, deps: Deps, appId: string, id: string): Promise<boolean> {
  const row = await tx
    .withTables<UserTables>()
    .updateTable('users')
    .set({ migrated_at: deps.now() })
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('migrated_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
