/** The load generator: a process of its own that takes jobs over IPC and answers each with a reply. */
import { setTimeout } from 'node:timers/promises'
import type { Caller } from './load/caller.ts'
import { Connection } from './load/connection.ts'
import type { Interval, Job, Reply } from './load/protocol.ts'
import { callerFor } from './load/traffic.ts'
import { cpuMicros, memoryOf, treeCpuMicros } from './machine/usage.ts'
import { quantile } from './report/statistics.ts'

type Target = {
  readonly address: string
  readonly callers: readonly Caller[]
  /** The most answers per second in any interval so far: how many proofs to sign for the next. */
  bestRate: number
}

type Tally = { readonly latenciesMs: number[]; readonly problems: string[]; counting: boolean }

const MAX_PROBLEMS = 3
const FIRST_RATE = 1_500
const targets = new Map<string, Target>()

process.on('message', (job: Job) => {
  perform(job)
    .catch((error: unknown): Reply => ({ kind: 'failed', message: error instanceof Error ? error.message : 'unknown' }))
    .then((reply) => process.send?.(reply))
})

async function perform(job: Job): Promise<Reply> {
  if (job.kind === 'open') {
    const callers = Array.from({ length: job.clients }, (_, i) => callerFor(job.traffic, i))
    targets.set(job.subject, { address: job.address, callers, bestRate: FIRST_RATE })
    return { kind: 'opened' }
  }
  const target = targets.get(job.subject)
  if (!target) throw new Error(`${job.subject} was not opened`)
  return { kind: 'measured', interval: await drive(target, job.seconds, job.pid, job.databasePid) }
}

async function drive(target: Target, seconds: number, pid: number, databasePid?: number): Promise<Interval> {
  const perCaller = Math.ceil((target.bestRate * seconds * 1.3) / target.callers.length) + 8
  for (const caller of target.callers) caller.prepare(perCaller)
  const connections = await Promise.all(target.callers.map(() => Connection.open(target.address)))
  const tally: Tally = { latenciesMs: [], problems: [], counting: true }

  const before = sample(pid, databasePid)
  const workers = target.callers.map((caller, i) => work(caller, connections[i] as Connection, tally))
  await Promise.race([setTimeout(seconds * 1000), Promise.all(workers)])
  const after = sample(pid, databasePid)
  tally.counting = false
  await Promise.all(workers)
  for (const connection of connections) connection.close()

  const interval = summarise(before, after, tally, target.callers, pid)
  target.bestRate = Math.max(target.bestRate, interval.requestsPerSecond)
  return interval
}

/** One client in a closed loop, until time or its work is over; it finishes its last exchange so that its token chain stays whole. */
async function work(caller: Caller, connection: Connection, tally: Tally): Promise<void> {
  while (tally.counting && tally.problems.length < MAX_PROBLEMS) {
    const request = caller.request()
    if (request === undefined) return
    const sentAt = performance.now()
    try {
      const problem = caller.settle(await connection.exchange(request))
      if (problem) tally.problems.push(problem)
      else if (tally.counting) tally.latenciesMs.push(performance.now() - sentAt)
    } catch (error) {
      tally.problems.push(error instanceof Error ? error.message : 'connection failed')
      return
    }
  }
}

type Sample = { at: number; server: number; database: number | undefined; generator: NodeJS.CpuUsage }

function sample(pid: number, databasePid: number | undefined): Sample {
  const database = databasePid === undefined ? undefined : treeCpuMicros(databasePid)
  return { at: performance.now(), server: cpuMicros(pid), database, generator: process.cpuUsage() }
}

function summarise(before: Sample, after: Sample, tally: Tally, callers: readonly Caller[], pid: number): Interval {
  const requests = tally.latenciesMs.length
  const seconds = (after.at - before.at) / 1000
  const sorted = tally.latenciesMs.toSorted((a, b) => a - b)
  const database =
    before.database === undefined || after.database === undefined ? undefined : after.database - before.database
  const generator = after.generator.user + after.generator.system - before.generator.user - before.generator.system
  return {
    requests,
    requestsPerSecond: requests / seconds,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    cpuMicrosPerRequest: (after.server - before.server) / requests,
    databaseCpuMicrosPerRequest: database === undefined ? undefined : database / requests,
    ...memoryOf(pid),
    generatorCpuShare: generator / (seconds * 1_000_000),
    lateProofs: callers.reduce((sum, caller) => sum + caller.late(), 0),
    problems: tally.problems.slice(0, MAX_PROBLEMS),
  }
}
