import { emitAll } from '../../core/events/store.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import type { FailureReason } from './outcome.ts'
import { countFailures } from './store.ts'

interface Failed {
  readonly appId: string
  readonly reason: FailureReason
  /** Places in the record that this is about. */
  readonly members?: readonly string[]
}

/**
 * Records failed migrations: each is counted and, when a hook is at fault, announced. Anybody can fail as often as they like, so failures
 * that come while a write is under way share the next one: whoever else wants to write waits for one of them, not for a queue.
 */
export const failureRecord = resident((deps: Deps) => {
  let waiting: Failed[] = []
  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined

  function write(): Promise<void> {
    const failures = waiting
    waiting = []
    next = undefined
    return deps.transact((tx) => insertFailures(tx, deps, failures))
  }
  return {
    /** Answers once it is recorded. */
    insert(failure: Failed): Promise<void> {
      waiting.push(failure)
      if (!next) {
        next = last.then(write, write)
        last = next
      }
      return next
    },
  }
})

/** Reasons that are nobody's hook's fault: counted, not announced. */
const SILENT: readonly FailureReason[] = [
  'not_configured',
  'invalid_token',
  'expired_token',
  'unknown_user',
  'session_used',
  'sessions_ended',
  'refresh_refused',
  'user_blocked',
  'refused_before',
  'busy',
]

/** Count failures and announce those that a hook is to blame for, in the transaction of what they are about. */
export async function insertFailures(tx: Tx, deps: Deps, failures: readonly Failed[]): Promise<void> {
  const now = deps.now()
  const groups = Map.groupBy(failures, ({ appId, reason }) => `${appId} ${reason}`)
  // In one order for everybody, so that two processes cannot wait for each other in a circle.
  for (const [, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [{ appId, reason }] = group as [Failed]
    if (!SILENT.includes(reason)) {
      await emitAll(
        tx,
        deps,
        appId,
        'migration.hook_failed',
        group.map(({ members }) => ({ reason, ...(members && { members }), occurred_at: rfc3339(now) })),
      )
    }
    await countFailures(tx, appId, reason, group.length, now)
  }
}
