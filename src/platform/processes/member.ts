import cluster, { type Worker } from 'node:cluster'
import { monotonicClock } from '../clock.ts'
import type { ToProcess, ToSupervisor } from './messages.ts'

/** How a process ended. */
export interface End {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined
  readonly signal: NodeJS.Signals | undefined
}

/** A process beneath the supervisor. */
export interface Member {
  readonly pid: number | undefined
  /** Resolves once it takes requests, or has ended before. */
  readonly begun: Promise<'serves' | End>
  readonly ended: Promise<End>
  /** For how long it has taken requests, ms; undefined before. */
  servedMs(): number | undefined
  tell(message: ToProcess): void
  signal(name: NodeJS.Signals): void
  /** Have it end within so long by its own, or by force. Answers how it ended. */
  endWithin(ms: number, begin: () => void): Promise<End>
}

/** A migration that comes with a new release may take that long; otherwise a start has deadlines of its own. */
const START_WITHIN_MS = 3_600_000

/** Start the command of this process once more, beneath it. `hear`: what it says besides that it serves. */
export function startMember(hear: (member: Member, message: ToSupervisor) => void): Member & { address(): string } {
  const worker = cluster.fork()
  const begun = Promise.withResolvers<'serves' | End>()
  const ended = endOf(worker)
  const late = setTimeout(() => worker.process.kill('SIGKILL'), START_WITHIN_MS)
  let served: { readonly at: number; readonly address: string } | undefined
  void ended.then((end) => {
    clearTimeout(late)
    begun.resolve(end)
  })
  worker.on('message', (message: ToSupervisor) => {
    if (message.type !== 'ready') return hear(member, message)
    clearTimeout(late)
    served = { at: monotonicClock(), address: message.address }
    begun.resolve('serves')
  })
  const member = {
    pid: worker.process.pid,
    begun: begun.promise,
    ended,
    address: () => served?.address ?? '',
    servedMs: () => served && monotonicClock() - served.at,
    tell(message: ToProcess) {
      // It may end at any moment, which is heard by its exit.
      if (worker.isConnected()) worker.send(message, () => {})
    },
    signal: (name: NodeJS.Signals) => void worker.process.kill(name),
    async endWithin(ms: number, begin: () => void) {
      const force = setTimeout(() => worker.process.kill('SIGKILL'), ms)
      begin()
      return await ended.finally(() => clearTimeout(force))
    },
  }
  return member
}

function endOf(worker: Worker): Promise<End> {
  return new Promise((resolve) => {
    worker.once('exit', (code: number | null, signal: NodeJS.Signals | null) => {
      const end = () => resolve({ code: code ?? undefined, signal: signal ?? undefined })
      // What it said last may be heard after its end.
      if (worker.isConnected()) worker.once('disconnect', end)
      else end()
    })
    // Where the system starts no process at all, there is none to exit. Other errors, of a message say, are no end.
    worker.on('error', () => {
      if (worker.process.pid === undefined) resolve({ code: 1, signal: undefined })
    })
  })
}
