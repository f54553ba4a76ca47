import type { Bounds } from './db-bounds.ts'
import { Unavailable } from './db-fault.ts'
import type { DatabaseLoad } from './dialect-engine.ts'

/** One at a time, in the order of asking. */
export interface Turns {
  /** Waits for its turn; throws `Unavailable` when it does not come in time, or too many wait already. */
  take(): Promise<void>
  give(): void
  load(): DatabaseLoad
}

export function openTurns({ turnMs, waiting: most }: Pick<Bounds, 'turnMs' | 'waiting'>): Turns {
  let taken = false
  const waiting = new Set<() => void>()

  return {
    async take() {
      if (!taken) {
        taken = true
        return
      }
      if (waiting.size >= most) throw new Unavailable('unavailable', `${most} wait for the database already`)
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.add(resolve)
      const timer = setTimeout(() => {
        waiting.delete(resolve)
        reject(new Unavailable('unavailable', `the database was busy for ${turnMs} ms`))
      }, turnMs)
      await promise.finally(() => clearTimeout(timer))
    },
    give() {
      const [next] = waiting
      if (!next) {
        taken = false
        return
      }
      waiting.delete(next)
      next()
    },
    load: () => ({ used: taken ? 1 : 0, waiting: waiting.size }),
  }
}
