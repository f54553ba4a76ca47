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

/**
 * Run single-row updates so that those which arrive in one turn of the event loop, or while the last write is under way, commit together.
 * A call answers after its commit: the updated row, or undefined when the guard refused it. A row that fails never fails its neighbours.
 */
export function groupUpdates(
  update: GroupedUpdate,
  run: (rows: readonly Row[]) => Promise<(Row | undefined)[]>,
): (row: Row) => Promise<Row | undefined> {
  let waiting: Waiting[] = []
  let busy = false

  const schedule = () => {
    if (busy || waiting.length === 0) return
    busy = true
    setImmediate(flush)
  }
  const flush = async () => {
    const [group, rest] = splitGroup(waiting, update.key)
    waiting = rest
    await settle(group, run)
    busy = false
    schedule()
  }
  return (row) =>
    new Promise((resolve, reject) => {
      waiting.push({ row, resolve, reject })
      schedule()
    })
}

interface Waiting {
  readonly row: Row
  readonly resolve: (row: Row | undefined) => void
  readonly reject: (error: unknown) => void
}

/** The next group: at most one waiting update of each key, so that the order of two updates of one row is kept. */
function splitGroup(waiting: readonly Waiting[], key: string): [Waiting[], Waiting[]] {
  const seen = new Set<unknown>()
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
    if (group.length === 1) group[0]?.reject(error)
    else for (const one of group) await settle([one], run)
  }
}
