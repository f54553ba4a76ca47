import type { Tx } from '../../platform/db.ts'
import { BEGINNING, dayOf, hashOf, idAt } from './chain.ts'
import type { Changes } from './changes.ts'
import { closeDay, findHead, insertAuditRow, insertDay, takePlace } from './store.ts'

/** Who does what to what, before anything of it is done. */
export interface Act {
  /** Empty for what concerns the whole instance. */
  readonly appId: string
  readonly actor: string
  readonly operation: string
  /** Parameters of the path, and the ids of what is made. */
  readonly target: Readonly<Record<string, string>>
  readonly ip: string | undefined
  readonly requestId: string | undefined
}

/**
 * Add a row to the log, in the transaction of the change. Changes of one application wait for each other from here to their commit: that is what
 * makes their rows one chain.
 */
export async function appendAudit(tx: Tx, now: number, act: Act, changes: Changes): Promise<void> {
  const { appId, actor, operation, target, ip, requestId } = act
  const { day, n, previous } = await takeNext(tx, appId, dayOf(now))
  const row = {
    id: idAt(day, n),
    actor,
    operation,
    target: JSON.stringify(target),
    changes: JSON.stringify(changes),
    ip: ip ?? null,
    request_id: requestId ?? null,
    created_at: now,
  }
  const subject = target.userID ?? Object.values(target).at(-1) ?? ''
  await insertAuditRow(tx, day, { ...row, app_id: appId, subject, hash: hashOf(previous, row) })
}

/** More than begin a day at once. */
const TRIES = 100

/** The next place in the chain. No day is written to once a later one has begun, though the clock be set back. */
async function takeNext(tx: Tx, appId: string, today: string): Promise<{ day: string; n: number; previous: string }> {
  for (let tries = 0; tries < TRIES; tries++) {
    const taken = await takePlace(tx, appId, today)
    if (taken) return { day: taken.day, n: taken.count, previous: taken.hash }
    const head = await findHead(tx, appId)
    if (head && head.day >= today) continue
    const begins = head ? await closeDay(tx, appId, head.day) : BEGINNING
    if (begins !== undefined && (await insertDay(tx, appId, today, begins)))
      return { day: today, n: 1, previous: begins }
    // Somebody else has begun the day meanwhile.
  }
  throw new Error('the audit log takes no entry: its last day is closed')
}
