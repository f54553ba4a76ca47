import { Gauge, Registry } from 'prom-client'
import { systemClock } from '../clock.ts'
import { processesDied } from '../metrics.ts'
import type { Member } from './member.ts'
import { keepCounted, type Metric, sumText } from './sum.ts'

/** The metrics of all processes as those of one. */
export interface WholeMetrics {
  /** Hear what a process has counted so far. */
  counted(member: Member, metrics: readonly Metric[]): void
  /** Keep what a process counted that has ended. */
  ended(member: Member): void
  died(): void
  /** As Prometheus reads it. `members`: the oldest first. A process that does not answer in time is told of as it was. */
  text(members: readonly Member[]): Promise<string>
}

const ANSWER_WITHIN_MS = 2_000

export function openWholeMetrics(): WholeMetrics {
  const registry = new Registry()
  const deaths = processesDied([registry])
  new Gauge({ name: START, help: START_HELP, aggregator: 'min', registers: [registry] }).set(systemClock() / 1000)
  const last = new Map<Member, readonly Metric[]>()
  const asked = new Map<Member, () => void>()
  let kept: Promise<readonly Metric[]> = Promise.resolve([])
  let underWay: Promise<string> | undefined

  const ask = (member: Member, isOldest: boolean) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_WITHIN_MS)
      asked.set(member, () => {
        clearTimeout(timer)
        resolve()
      })
      member.tell({ type: 'count', looks: isOldest })
    })
  async function sum(members: readonly Member[]) {
    await Promise.all(members.map((member, i) => ask(member, i === 0)))
    const own = (await registry.getMetricsAsJSON()) as unknown as Metric[]
    return await sumText([...members.flatMap((member) => [last.get(member) ?? []]), own, await kept])
  }
  return {
    counted(member, metrics) {
      last.set(member, metrics)
      asked.get(member)?.()
    },
    ended(member) {
      const metrics = last.get(member) ?? []
      kept = kept.then((before) => keepCounted(before, metrics).catch(() => before))
      last.delete(member)
      asked.get(member)?.()
      asked.delete(member)
    },
    died: () => deaths.inc(),
    text(members) {
      underWay ??= sum(members).finally(() => {
        underWay = undefined
      })
      return underWay
    },
  }
}

/** Of the whole, which lives on when its processes are replaced. */
const START = 'process_start_time_seconds'
const START_HELP = 'Start time of the process since unix epoch in seconds.'
