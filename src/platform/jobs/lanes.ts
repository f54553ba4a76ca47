import { afterCommit } from '../db-context.ts'
import { isTrouble } from '../db-fault.ts'
import { reportTrouble } from '../db-trouble.ts'
import { type Deps, resident } from '../deps.ts'
import { newRest } from './rest.ts'

/** A queue that is worked off by one at a time, whoever that is. */
export interface Lane {
  readonly appId: string
  readonly id: string
  /** Whether its last run failed: such lanes leave half of the slots to the others. */
  readonly failing: boolean
}

/** Work that has its own slots beside those of jobs, so that who is slow to take it holds up nothing else. */
export interface Lanes {
  /** Lanes with something to do that nobody is at, those that have waited longest first; `limit` at most. */
  find(deps: Deps, limit: number): Promise<readonly Lane[]>
  /** Do what there is to do, for some seconds at most. Does nothing when another process was faster: that is for it to find out. */
  run(deps: Deps, lane: Lane): Promise<void>
}

const SLOTS = 10
const SLOTS_OF_FAILING = 5
const POLL_MS = 5_000
/** More than there are slots, so that healthy ones are found behind those that fail. */
const LOOK_AT = 50

const keyOf = ({ appId, id }: Lane) => `${appId} ${id}`

/** Which of the lanes found to begin, beside those under way: one slot each. */
export function decideLanes(underWay: readonly Lane[], found: readonly Lane[]): Lane[] {
  const taken = new Set(underWay.map(keyOf))
  let free = SLOTS - underWay.length
  let freeForFailing = SLOTS_OF_FAILING - underWay.filter(({ failing }) => failing).length
  const begun: Lane[] = []
  for (const lane of found) {
    if (free === 0) break
    if (taken.has(keyOf(lane)) || (lane.failing && freeForFailing <= 0)) continue
    if (lane.failing) freeForFailing -= 1
    free -= 1
    taken.add(keyOf(lane))
    begun.push(lane)
  }
  return begun
}

/** Run every lane that has something to do, once. Answers how many. */
export async function runDueLanes(deps: Deps, kinds: readonly Lanes[]): Promise<number> {
  let count = 0
  for (const lanes of kinds) {
    const due = decideLanes([], await lanes.find(deps, LOOK_AT))
    await Promise.all(due.map((lane) => lanes.run(deps, lane)))
    count += due.length
  }
  return count
}

/** Have the lanes looked at once the transaction that is open here has committed, and the answer to its cause has left. */
export const wakeLanes = (deps: Deps): void => afterCommit(() => setImmediate(() => laneWorker(deps).nudge()))

/**
 * The loop that runs lanes: woken by `nudge`, by a lane that ends, and at least every five seconds for what other processes and earlier failures left.
 */
export const laneWorker = resident((deps) => {
  const rest = newRest()
  let loop: Promise<void> = Promise.resolve()
  const running = new Map<Promise<void>, Lane>()

  async function run(kinds: readonly Lanes[]) {
    while (!rest.isStopped) {
      rest.begin()
      const isFull = running.size >= SLOTS
      for (const lanes of isFull ? [] : kinds) await begin(lanes).catch(unable)
      await rest.take(POLL_MS)
    }
    await Promise.all(running.keys())
  }
  async function begin(lanes: Lanes) {
    const found = await lanes.find(deps, LOOK_AT)
    if (rest.isStopped) return
    for (const lane of decideLanes([...running.values()], found)) start(lanes, lane)
  }
  function start(lanes: Lanes, lane: Lane) {
    const ended: Promise<void> = lanes
      .run(deps, lane)
      .then(rest.wake, unable)
      .then(() => void running.delete(ended))
    running.set(ended, lane)
  }
  function unable(error: unknown) {
    if (isTrouble(error)) reportTrouble(deps)(error)
    else deps.log.error({ err: error }, 'a lane cannot be run')
  }
  return {
    start(kinds: readonly Lanes[]) {
      loop = run(kinds)
    },
    nudge: rest.wake,
    /** Resolves when the runs under way are over. */
    async stop() {
      rest.stop()
      await loop
    },
  }
})
