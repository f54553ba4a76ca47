import type { Config } from './config.ts'
import type { Database } from './db.ts'
import { type Logger, linesAbout } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { NameLookup } from './names.ts'
import type { Link } from './processes/link.ts'
import type { SafeConnect, SafeFetch } from './safe-fetch.ts'
import type { Recorder } from './traces/tracer.ts'

/** Everything impure a handler may touch. Tests replace each field. */
export interface Deps extends Database {
  /** Unix time in milliseconds: for what is stored or sent. Somebody may set it forward or back at any moment. */
  now(): number
  /** Milliseconds that only ever go forward, from no particular beginning: for ages and deadlines of what lives in memory. */
  monotonic(): number
  /** What the clock of the database says, Unix ms; undefined when that is the clock of this machine. */
  databaseClock(): Promise<number | undefined>
  /** Cryptographically random bytes. */
  random(length: number): Uint8Array
  /** The only way out of the process for HTTP. */
  readonly fetch: SafeFetch
  /** The only way out for other protocols. */
  readonly connect: SafeConnect
  /** What name servers say of a name. */
  readonly lookUp: NameLookup
  readonly log: Logger
  readonly metrics: Metrics
  /** What records traces; undefined where nobody asked for any. */
  readonly recorder?: Recorder | undefined
  /** What started this process and others like it; undefined where it is alone. */
  readonly supervisor?: Link | undefined
  readonly config: Config
  /** Id of the answered request that what is done here was caused by; undefined where there was none. */
  readonly requestId?: string
  /** Of derived deps: those of the process. */
  readonly root?: Deps
}

/** The same deps but for some members. What is `resident` is that of the process for them, too. */
export const derive = (deps: Deps, change: Partial<Deps>): Deps => ({ ...deps, ...change, root: deps.root ?? deps })

/**
 * The deps of the process for what one request causes, at once or by a job later: lines of the log name it, and so do the jobs that are enqueued.
 * It is done for every request, and costs a tenth of a microsecond.
 */
export const onBehalfOf = (deps: Deps, requestId: string): Deps => ({
  ...deps,
  requestId,
  log: linesAbout(deps.log, requestId),
  root: deps.root ?? deps,
})

/**
 * A part of the process that is made once, at first use, and lives as long as its `Deps`: a cache, a queue, a breaker.
 * Each test world has its own.
 */
export function resident<T>(create: (deps: Deps) => T): (deps: Deps) => T {
  const made = new WeakMap<Deps, { value: T }>()
  return (deps) => {
    const root = deps.root ?? deps
    const known = made.get(root)
    if (known) return known.value
    const value = create(root)
    made.set(root, { value })
    return value
  }
}
