import cluster, { type Worker } from 'node:cluster'
import type { ToProcess, ToSupervisor } from './messages.ts'
import type { Metric } from './sum.ts'

/** A process's way to the supervisor that started it. */
export interface Link {
  /** Whether no other process has been started before: what all would find alike, it says for all. */
  readonly isFirst: boolean
  /** Requests are taken from now on. */
  ready(address: string): void
  /** Hear that another process has taken this one's place, or that the supervisor is gone, and nobody brings connections any more. */
  onEnd(work: (why: 'replaced' | 'orphaned') => void): void
  /** Answer whoever asks what was counted; `looks`: look first at what all processes have in common. */
  onCount(count: (looks: boolean) => Promise<readonly Metric[]>): void
  /** The metrics of all processes, as Prometheus reads them; undefined when nobody tells them in time. */
  summed(): Promise<string | undefined>
  /** Tell for the last time what was counted. */
  leaveCounts(): Promise<void>
}

const SUMMED_WITHIN_MS = 5_000

let link: Link | undefined

/** That of this process; undefined where it has no supervisor. */
export function findLink(): Link | undefined {
  if (cluster.worker) link ??= linkOf(cluster.worker)
  return link
}

function linkOf(worker: Worker): Link {
  let count: (looks: boolean) => Promise<readonly Metric[]> = async () => []
  let end: (why: 'replaced' | 'orphaned') => void = () => process.exit(1)
  const waiting = new Set<(text: string) => void>()
  const tell = (message: ToSupervisor) =>
    new Promise<void>((resolve) => {
      if (worker.isConnected()) process.send?.(message, undefined, undefined, () => resolve())
      else resolve()
    })
  const tellCounts = async (looks: boolean) => await tell({ type: 'counted', metrics: await count(looks) })

  worker.on('message', (message: ToProcess) => {
    if (message.type === 'leave') end('replaced')
    else if (message.type === 'count') void tellCounts(message.looks)
    else if (message.type === 'summed') for (const hear of waiting) hear(message.text)
  })
  worker.on('disconnect', () => {
    // Node would end the process at once, and with it what is under way.
    worker.exitedAfterDisconnect = true
    end('orphaned')
  })
  return {
    isFirst: worker.id === 1,
    ready: (address) => void tell({ type: 'ready', address }),
    onEnd(work) {
      end = work
    },
    onCount(given) {
      count = given
    },
    summed: () =>
      new Promise((resolve) => {
        const hear = (text: string | undefined) => {
          clearTimeout(timer)
          waiting.delete(hear)
          resolve(text)
        }
        const timer = setTimeout(hear, SUMMED_WITHIN_MS, undefined)
        waiting.add(hear)
        void tell({ type: 'sum' })
      }),
    leaveCounts: () => tellCounts(false),
  }
}
