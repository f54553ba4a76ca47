import { type Deps, resident } from './deps.ts'

const ONE_LINE_MS = 1_000

/** How many faults went untold before this one; undefined when this one is not to be told, either. */
const counted = resident((deps: Deps) => {
  let toldAt = Number.NEGATIVE_INFINITY
  let untold = 0
  return function enter(): { untold: number } | undefined {
    if (deps.monotonic() - toldAt < ONE_LINE_MS) {
      untold += 1
      return undefined
    }
    const entered = { untold }
    toldAt = deps.monotonic()
    untold = 0
    return entered
  }
})

/**
 * Tells the log that the database has trouble: at most one line a second, without a stack, for every request meets the same. A line says how
 * many faults went untold before it.
 */
export const reportTrouble =
  (deps: Deps) =>
  (error: unknown): void => {
    const entered = counted(deps)()
    if (entered) deps.log.error({ err: withoutStack(error), ...entered }, 'the database has trouble')
  }

function withoutStack(error: unknown): Error {
  const { message = String(error), code } = error as { message?: string; code?: unknown }
  return Object.assign(new Error(message), { code, stack: undefined })
}
