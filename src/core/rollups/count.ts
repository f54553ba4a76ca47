import { whenCommitted } from '../../platform/db-context.ts'
import { reportTrouble } from '../../platform/db-trouble.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { soon } from '../../platform/soon.ts'
import { counterOf, HOUR_MS, type Labels, type Metric, mergeRollups, startOf, writeLabels } from './rollup.ts'
import { addRollups } from './store.ts'
import type { RollupRow } from './tables.ts'

const WRITE_EVERY_MS = 1_000
/** While nothing can be written, so many counters are remembered; what would be one more is not counted. */
const MOST_COUNTERS = 10_000

/**
 * What this process has counted and not written yet. All that comes within a second is one transaction: nobody who logs in waits for a counter
 * that everybody adds to. A crash loses that second, so what must be exact is counted from rows.
 */
const counted = resident((deps: Deps) => {
  let waiting = new Map<string, RollupRow>()
  const writing = soon(WRITE_EVERY_MS, write, reportTrouble(deps))

  async function write() {
    const rows = [...waiting.values()]
    waiting = new Map()
    if (rows.length === 0) return
    try {
      await deps.transact((tx) => addRollups(tx, rows))
    } catch (error) {
      const all = mergeRollups([...rows, ...waiting.values()]).slice(0, MOST_COUNTERS)
      waiting = new Map(all.map((row) => [counterOf(row), row]))
      throw error
    }
  }
  return {
    add(row: RollupRow): void {
      const counter = counterOf(row)
      const same = waiting.get(counter)
      if (!same && waiting.size >= MOST_COUNTERS) return
      waiting.set(counter, same ? { ...row, count: same.count + row.count, sum: same.sum + row.sum } : row)
      writing.ask()
    },
    write: writing.now,
  }
})

/** Count something that happened, `n` times, once the transaction that is open here commits; at once where none is. */
export function countUp(deps: Deps, appId: string, metric: Metric, labels: Labels, n = 1): void {
  const hour = startOf(deps.now(), HOUR_MS)
  const row = { app_id: appId, metric, labels: writeLabels(labels), hour, count: n, sum: 0 }
  whenCommitted(() => counted(deps).add(row))
}

/** Write what this process has counted, for whoever reads the counters or stops. Never rejects: what cannot be written now is written later. */
export const writeCounted = (deps: Deps): Promise<void> => counted(deps).write()
