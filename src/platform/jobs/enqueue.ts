import { chance } from '../chance.ts'
import { pause } from '../clock.ts'
import type { Tx } from '../db.ts'
import { afterCommit } from '../db-context.ts'
import type { Deps } from '../deps.ts'
import { newId } from '../ids.ts'
import { causeOf } from '../traces/cause.ts'
import { MOST_DELAY_MS, timeOf } from './jobs.ts'
import { insertJob } from './store.ts'
import { worker } from './worker.ts'

/**
 * Remember work to do once this transaction commits, or `delayMs` later, an hour at most. It needs a transaction: no work without its cause, no cause without
 * its work.
 */
export async function enqueue(
  tx: Tx,
  deps: Deps,
  appId: string,
  kind: string,
  payload: unknown,
  delayMs = 0,
): Promise<void> {
  await insert(tx, deps, appId, kind, payload, delayMs)
  // Once the answer to the cause has left: by its time nobody shall tell what work it brought.
  afterCommit(() => setImmediate(() => worker(deps).nudge()))
}

/**
 * The same, for a moment that is not its cause's: the worker is woken 50 to 250 ms after the commit, each time after another while. Whoever asks
 * for something, and then watches how busy the server is, shall not see what came of it.
 */
export async function enqueueApart(tx: Tx, deps: Deps, appId: string, kind: string, payload: unknown): Promise<void> {
  await insert(tx, deps, appId, kind, payload, 0)
  const apartMs = 50 + chance(deps) * 200
  afterCommit(() => void pause(apartMs).then(() => worker(deps).nudge()))
}

async function insert(
  tx: Tx,
  deps: Deps,
  appId: string,
  kind: string,
  payload: unknown,
  delayMs: number,
): Promise<void> {
  if (delayMs > MOST_DELAY_MS) throw new Error('a job waits for an hour at most')
  const run_at = timeOf(deps) + delayMs
  const id = newId('job', deps)
  const cause = { trace: causeOf(deps), request_id: deps.requestId ?? null }
  await insertJob(tx, { id, app_id: appId, kind, payload: JSON.stringify(payload), run_at, ...cause })
}
