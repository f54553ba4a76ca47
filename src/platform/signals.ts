import type { Logger } from './log.ts'

/** A server that can be told to stop. */
export interface Stoppable {
  stop(): Promise<void>
  /** That it takes at most, ms. */
  readonly stopsWithinMs: number
}

/**
 * From now on SIGHUP does not end the process. Answers how to have something done then, one signal after another: those who renew certificates
 * and secrets send it.
 */
export function onHangUp(log: Logger): (work: () => Promise<void>) => void {
  let work = async () => {}
  let underWay = Promise.resolve()
  process.on('SIGHUP', () => {
    // What fails must not end the process, nor keep the next signal from being heard.
    underWay = underWay
      .then(() => work())
      .catch((error: unknown) => log.error({ err: error }, 'SIGHUP: could not do what was asked'))
  })
  return (given) => {
    work = given
  }
}

/** Stop on SIGTERM or SIGINT; ten seconds after its drain time at the latest. A signal more, which a shell and npm both send, changes nothing. */
export function stopOnSignals(running: Stoppable, log: Logger): void {
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    setTimeout(() => {
      log.error('could not stop in time')
      process.exit(1)
    }, running.stopsWithinMs).unref()
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'could not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
