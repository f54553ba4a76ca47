import type { Tx } from '../../platform/db.ts'
import { type Deps, resident } from '../../platform/deps.ts'

interface Waiting {
  /** Run in a transaction that others share; answers how to tell who waits, once it has committed. */
  together(tx: Tx): Promise<() => void>
  /** The same in a transaction of its own. */
  alone(): Promise<void>
}

/**
 * Transactions of lanes, which come in crowds when an event is for many webhooks: those that come while one is under way share the next, so that
 * whoever else wants to write waits for one of them, and not for a queue. When one of a crowd fails, each has its own.
 */
export const sharedWrites = resident((deps: Deps) => {
  let waiting: Waiting[] = []
  let isUnderWay = false

  async function writeAll(): Promise<void> {
    isUnderWay = true
    while (waiting.length > 0) {
      const crowd = waiting
      waiting = []
      await write(crowd)
    }
    isUnderWay = false
  }
  async function write(crowd: readonly Waiting[]): Promise<void> {
    try {
      const told = await deps.transact(async (tx) => {
        const all: (() => void)[] = []
        for (const one of crowd) all.push(await one.together(tx))
        return all
      })
      for (const tell of told) tell()
    } catch {
      for (const one of crowd) await one.alone()
    }
  }
  return <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.push({
        async together(tx) {
          const outcome = await work(tx)
          return () => resolve(outcome)
        },
        alone: () => deps.transact(work).then(resolve, reject),
      })
      if (!isUnderWay) void writeAll()
    })
})
