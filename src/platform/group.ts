import { judgeFault, Unavailable, within } from './db-fault.ts'

export type Row = Readonly<Record<string, string | number | null>>

/** A guarded update of one row that may share its commit with others. Portable SQL; `:name` stands for a parameter. */
export interface GroupedUpdate {
  /** Name of the prepared statement. */
  readonly name: string
  readonly table: string
  /** In the order rows are bound. */
  readonly parameters: Readonly<Record<string, 'text' | 'bigint'>>
  /** Columns on the right side are written `table.column`. */
  readonly set: string
  /** Must pin the row by `key`. */
  readonly where: string
  readonly returning: string
  /** A parameter and returned column that tells the rows apart. */
  readonly key: string
}

const GROUP_LIMIT = 256

/** How long and how many updates may wait. */
export interface GroupBounds {
  /** A write that takes longer is overtaken: the next one does not wait for it. */
  readonly lateMs: number
  /** A write that takes longer has failed, whatever becomes of it. */
  readonly writeMs: number
  /** So many may be under way at once, all but one of them late. */
  readonly writes: number
  readonly waitMs: number
  readonly waiting: number
}

const BOUNDS: GroupBounds = { lateMs: 1_000, writeMs: 12_000, writes: 4, waitMs: 5_000, waiting: 5_000 }

/** Updates whose commits are shared. */
export interface Group {
  /**
   * Answers after its commit: the updated row, or undefined when the guard refused it. A row that fails never fails its neighbours. Throws
   * `Unavailable` when it waited too long, or too many wait.
   */
  write(row: Row): Promise<Row | undefined>
  /** For how long the oldest update has been waiting for its turn, ms. */
  waitedMs(): number
}

/**
 * Run single-row updates so that those which arrive in one turn of the event loop, or while the last write is under way, commit together.
 * Of two updates of one row, the later is written after the earlier was answered.
 */
export function groupUpdates(
  update: GroupedUpdate,
  run: (rows: readonly Row[]) => Promise<(Row | undefined)[]>,
  bounds: GroupBounds = BOUNDS,
): Group {
  let waiting: Waiting[] = []
  let isScheduled = false
  let isWatched = false
  const underWay = new Set<Write>()

  const schedule = () => {
    const isFree = underWay.size < bounds.writes && [...underWay].every((one) => one.isLate)
    if (isScheduled || waiting.length === 0 || !isFree) return
    isScheduled = true
    setImmediate(flush)
  }
  const flush = async () => {
    isScheduled = false
    const [group, rest] = splitGroup(waiting, update.key, underWay)
    waiting = rest
    if (group.length === 0) return
    const write: Write = { keys: group.map((one) => one.row[update.key]), isLate: false }
    underWay.add(write)
    const late = setTimeout(() => {
      write.isLate = true
      schedule()
    }, bounds.lateMs)
    await settle(group, (rows) => within(bounds.writeMs, run(rows), () => tooLate(bounds.writeMs)))
    clearTimeout(late)
    underWay.delete(write)
    schedule()
  }
  const expire = () => {
    isWatched = false
    const oldest = performance.now() - bounds.waitMs
    for (const one of waiting) if (one.since <= oldest) one.reject(tooLate(bounds.waitMs))
    waiting = waiting.filter((one) => one.since > oldest)
    watch()
  }
  const watch = () => {
    const [first] = waiting
    if (!first || isWatched) return
    isWatched = true
    setTimeout(expire, first.since + bounds.waitMs - performance.now()).unref()
  }
  return {
    write: (row) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= bounds.waiting) return reject(tooMany(waiting.length))
        waiting.push({ row, resolve, reject, since: performance.now() })
        schedule()
        watch()
      }),
    waitedMs: () => (waiting[0] ? performance.now() - waiting[0].since : 0),
  }
}

const tooLate = (ms: number) => new Unavailable('unavailable', `an update was not written within ${ms} ms`)
const tooMany = (count: number) => new Unavailable('unavailable', `${count} updates wait already`)

interface Waiting {
  readonly row: Row
  readonly resolve: (row: Row | undefined) => void
  readonly reject: (error: unknown) => void
  /** Monotonic, ms. */
  readonly since: number
}

interface Write {
  readonly keys: readonly unknown[]
  isLate: boolean
}

/** The next group: at most one waiting update of each key, and none of a key under way, so that the order of two updates of one row is kept. */
function splitGroup(waiting: readonly Waiting[], key: string, underWay: Iterable<Write>): [Waiting[], Waiting[]] {
  const seen = new Set<unknown>([...underWay].flatMap((write) => write.keys))
  const group: Waiting[] = []
  const rest: Waiting[] = []
  for (const one of waiting) {
    const value = one.row[key]
    if (group.length < GROUP_LIMIT && !seen.has(value)) group.push(one)
    else rest.push(one)
    seen.add(value)
  }
  return [group, rest]
}

async function settle(group: readonly Waiting[], run: (rows: readonly Row[]) => Promise<(Row | undefined)[]>) {
  try {
    const results = await run(group.map((one) => one.row))
    group.forEach((one, i) => {
      one.resolve(results[i])
    })
  } catch (error) {
    // Trouble of the whole database is nobody's row; asking for each would only make it last.
    const kind = judgeFault(error)
    if (group.length === 1 || kind === 'connection' || kind === 'unavailable')
      for (const one of group) one.reject(error)
    else await settleEach(group, run)
  }
}

/** As many at once as a row that somebody has locked needs to hold up none but itself. */
const LANES = 4

async function settleEach(group: readonly Waiting[], run: (rows: readonly Row[]) => Promise<(Row | undefined)[]>) {
  const rest = group.values()
  const lane = async () => {
    for (const one of rest) await settle([one], run)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}
