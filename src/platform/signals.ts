import type { Logger } from './log.ts'

/** A server that can be told to stop. */
export interface Stoppable {
  /** `isReplaced`: another process takes what comes from now on, so that nobody has to be told. */
  stop(isReplaced?: boolean): Promise<void>
  /** That it takes at most, ms. */
  readonly stopsWithinMs: number
}

/** What is under way is cut off so long after the drain: the slowest of requests wait five seconds for a hook. */
export const FINISH_WITHIN_MS = 8_000
/** And for so long there is time to give back leases and close. */
const STOP_WITHIN_MS = 10_000

/** That a server takes to stop at most, ms. */
export const stopsWithin = (drainSeconds: number): number => drainSeconds * 1000 + STOP_WITHIN_MS

/**
 * From now on SIGHUP does not end the process. Answers how to have something done then, one signal after another, and once for those that came
 * before: those who renew certificates and secrets send it.
 */
export function onHangUp(log: Logger): (work: () => Promise<void>) => void {
  let isAsked = false
  let work = async () => {
    isAsked = true
  }
  let underWay = Promise.resolve()
  const doWork = () => {
    // What fails must not end the process, nor keep the next signal from being heard.
    underWay = underWay
      .then(() => work())
      .catch((error: unknown) => log.error({ err: error }, 'SIGHUP: could not do what was asked'))
  }
  process.on('SIGHUP', doWork)
  return (given) => {
    work = given
    if (isAsked) doWork()
  }
}

/**
 * Stop on SIGTERM or SIGINT; ten seconds after its drain time at the latest. A signal more, which a shell and npm both send, changes nothing. Answers how to have it
 * stop without any.
 */
export function stopOnSignals(running: Stoppable, log: Logger): (isReplaced: boolean) => void {
  let stopping = false
  const stop = (isReplaced: boolean) => {
    if (stopping) return
    stopping = true
    setTimeout(() => {
      log.error('could not stop in time')
      process.exit(1)
    }, running.stopsWithinMs).unref()
    running.stop(isReplaced).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'could not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => stop(false))
  process.on('SIGINT', () => stop(false))
  return stop
}
