import { type Deps, resident } from './deps.ts'

const ONE_LINE_MS = 1_000

/**
 * Tells the log that the database has trouble: at most one line a second, without a stack, for every request meets the same. A line says how
 * many faults went untold before it.
 */
export const reportTrouble = resident((deps: Deps) => {
  let toldAt = Number.NEGATIVE_INFINITY
  let untold = 0
  return (error: unknown): void => {
    if (deps.monotonic() - toldAt < ONE_LINE_MS) {
      untold += 1
      return
    }
    deps.log.error({ err: withoutStack(error), untold }, 'the database has trouble')
    toldAt = deps.monotonic()
    untold = 0
  }
})

function withoutStack(error: unknown): Error {
  const { message = String(error), code } = error as { message?: string; code?: unknown }
  return Object.assign(new Error(message), { code, stack: undefined })
}
