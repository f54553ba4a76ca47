import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { emit } from '../events/store.ts'
import { type CounterMove, findSession, type LiveSession, swapKey, swapKeyAndCounter } from './store.ts'
import type { SessionRow } from './tables.ts'

/**
 * Move a session that was never refreshed to the key of whoever has proven, once more, what opened it. Once: undefined when it was moved or
 * refreshed before, or has ended.
 */
export async function rebindByProof(
  tx: Tx,
  deps: Deps,
  session: LiveSession,
  jkt: string,
): Promise<LiveSession | undefined> {
  const { app_id, id } = session
  const now = deps.now()
  const moved = await swapKey(tx, { app_id, id, jkt, now })
  if (!moved) return undefined
  await announce(tx, deps, moved)
  return { ...session, ...moved }
}

/**
 * Spend the first refresh token of a session for another key, on the word of the cookie that its login left in the browser. Once, for it moves
 * the counter too. The answer is the session as it is then.
 */
export async function rebindByCookie(tx: Tx, deps: Deps, move: CounterMove): Promise<LiveSession | undefined> {
  const moved = await swapKeyAndCounter(tx, move)
  if (!moved) return undefined
  await announce(tx, deps, moved)
  return await findSession(tx, move.app_id, move.id, move.now)
}

async function announce(tx: Tx, deps: Deps, { app_id, id, user_id }: SessionRow): Promise<void> {
  const payload = { user_id, session_id: id, rebound_at: rfc3339(deps.now()) }
  await emit(tx, deps, app_id, 'user.session.rebound', payload)
}
