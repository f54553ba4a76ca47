import cluster from 'node:cluster'
import type { Logger } from '../log.ts'
import type { Stoppable } from '../signals.ts'
import { decideAfterDeath, YOUNG_MS } from './after-death.ts'
import { type End, type Member, startMember } from './member.ts'
import type { ToSupervisor } from './messages.ts'
import { openWholeMetrics } from './whole-metrics.ts'

/** Keeps so many processes serving. It answers no request itself: it takes connections, and gives each to one of them in turn. */
export interface Supervisor extends Stoppable {
  /** Replace the processes one by one: a new one serves before an old one leaves. Where a new one does not start, the others stay as they are. */
  roll(): Promise<void>
}

export interface Supervision {
  readonly processes: number
  /** That each of them takes to stop, ms, at most. */
  readonly stopsWithinMs: number
  readonly log: Logger
  /** All serve, for the first time. */
  onServing(address: string): void
  /** None serves, and none will: the whole ends with this code. */
  onGivenUp(code: number): void
}

/** For what is left to do once the last process has ended, or been ended by force. */
const MARGIN_MS = 1_000

/** Start the processes: the first one alone, which migrates the database and finds what is wrong with the configuration. */
export function supervise({ processes, stopsWithinMs, log, onServing, onGivenUp }: Supervision): Supervisor {
  // In turn, for who keeps a connection for hours should not be with all others at one process.
  cluster.schedulingPolicy = cluster.SCHED_RR
  const members = new Set<Member>()
  /** Whose end brings nobody in their place. */
  const leaving = new Set<Member>()
  const metrics = openWholeMetrics()
  let state: 'first' | 'starting' | 'serving' | 'stopping' = 'first'
  let failedStarts = 0
  let youngDeaths = 0

  const serving = () => [...members].filter((one) => one.servedMs() !== undefined)

  function hear(member: Member, message: ToSupervisor) {
    if (message.type === 'counted') metrics.counted(member, message.metrics)
    else if (message.type === 'sum') void tellSum(member)
  }
  async function tellSum(member: Member) {
    try {
      member.tell({ type: 'summed', text: await metrics.text(serving()) })
    } catch (error) {
      // It tells its own then.
      log.error({ err: error }, 'the metrics of the processes cannot be summed')
    }
  }
  function start(): Member {
    const member = startMember(hear)
    members.add(member)
    void member.begun.then((begun) => begun === 'serves' && served(member.address()))
    void member.ended.then((end) => ended(member, end))
    return member
  }
  function served(address: string) {
    failedStarts = 0
    if (state === 'first') {
      state = 'starting'
      for (let i = 1; i < processes; i++) start()
    }
    if (state === 'starting' && serving().length >= processes) {
      state = 'serving'
      onServing(address)
    }
  }
  function ended(member: Member, end: End) {
    members.delete(member)
    metrics.ended(member)
    if (state !== 'stopping' && !leaving.has(member)) mend(member, end)
    leaving.delete(member)
  }
  function mend({ pid, servedMs }: Member, { code, signal }: End) {
    const lived = servedMs()
    if (lived === undefined) failedStarts += 1
    youngDeaths = (lived ?? 0) < YOUNG_MS ? youngDeaths + 1 : 0
    metrics.died()
    const isServed = serving().length > 0
    const what = decideAfterDeath({ code, servedMs: lived, failedStarts, youngDeaths, isServed })
    if (what.kind === 'end') {
      state = 'stopping'
      log.error({ process: pid, code, signal }, 'no process starts: what is wrong was said before')
      return onGivenUp(what.code)
    }
    log.error({ process: pid, code, signal, after_ms: what.afterMs }, 'a process died: another takes its place')
    setTimeout(() => state !== 'stopping' && start(), what.afterMs)
  }
  /** True when another has taken its place. */
  async function replace(old: Member): Promise<boolean> {
    leaving.add(old)
    const fresh = start()
    leaving.add(fresh)
    const begun = await fresh.begun
    if (state === 'stopping') return false
    if (begun !== 'serves') {
      log.error(
        { process: fresh.pid, ...begun },
        'SIGHUP: a new process did not start: the others serve on as they are',
      )
      leaving.delete(old)
      if (!members.has(old)) start()
      return false
    }
    leaving.delete(fresh)
    await old.endWithin(stopsWithinMs + MARGIN_MS, () => old.tell({ type: 'leave' }))
    return true
  }

  start()
  return {
    stopsWithinMs: stopsWithinMs + 2 * MARGIN_MS,
    async roll() {
      for (const old of [...members]) {
        if (state === 'stopping' || (members.has(old) && !(await replace(old)))) return
      }
      log.info({ processes: [...members].map(({ pid }) => pid) }, 'SIGHUP: every process was replaced')
    },
    async stop() {
      state = 'stopping'
      log.info('stopping: every process drains')
      const stopped = (one: Member) => one.endWithin(stopsWithinMs + MARGIN_MS, () => one.signal('SIGTERM'))
      const ends = await Promise.all(
        [...members].map(async (one) => ({ has: one.servedMs(), ...(await stopped(one)) })),
      )
      if (ends.some(({ has, code }) => has !== undefined && code !== 0))
        throw new Error('a process did not stop by itself')
      log.info('stopped')
    },
  }
}
