/** The load generator: a process of its own that takes jobs over IPC and answers each with a reply. */
import { setTimeout } from 'node:timers/promises'
import type { Caller } from './load/caller.ts'
import { Connection } from './load/connection.ts'
import { runFlow } from './load/flow.ts'
import { openInbox } from './load/inbox.ts'
import { offer } from './load/open-loop.ts'
import type { Interval, Job, Offered, Reply } from './load/protocol.ts'
import { callerFor } from './load/traffic.ts'
import { cpuMicros, memoryOf, treeCpuMicros } from './machine/usage.ts'
import { quantile } from './report/statistics.ts'

type Target = {
  readonly address: string
  readonly callers: readonly Caller[]
  /** The most answers per second in any interval so far: how many proofs to sign for the next. */
  bestRate: number | undefined
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
  if (job.kind === 'inbox') return { kind: 'listening', address: await openInbox() }
  if (job.kind === 'open') {
    const callers = Array.from({ length: job.clients }, (_, i) => callerFor(job.traffic, i))
    targets.set(job.subject, { address: job.address, callers, bestRate: undefined })
    return { kind: 'opened' }
  }
  if (job.kind === 'offer') {
    const offers = job.offers.map((one) => ({ ...one, target: targetOf(one.subject) }))
    for (const { target, ratePerSecond } of offers) prepare(target, ratePerSecond * job.seconds)
    const offered = await Promise.all(offers.map((one) => offerTo(one.target, one.ratePerSecond, job.seconds)))
    return { kind: 'offered', offered }
  }
  return { kind: 'measured', interval: await drive(targetOf(job.subject), job.seconds, job.pid, job.databasePid) }
}

function targetOf(subject: string): Target {
  const target = targets.get(subject)
  if (!target) throw new Error(`${subject} was not opened`)
  return target
}

function prepare({ callers }: Target, requests: number): void {
  const perCaller = Math.ceil((requests * 1.3) / callers.length) + 8
  for (const caller of callers) caller.prepare(perCaller)
}

const lateProofs = ({ callers }: Target) => callers.reduce((sum, caller) => sum + caller.late(), 0)

async function offerTo(target: Target, ratePerSecond: number, seconds: number): Promise<Offered> {
  const connections = await connectEach(target)
  const clients = target.callers.map((caller, i) => ({ caller, connection: connections[i] as Connection }))
  const offered = await offer(clients, ratePerSecond, seconds)
  for (const connection of connections) connection.close()
  return { ...offered, lateProofs: lateProofs(target) }
}

function connectEach({ address, callers }: Target): Promise<Connection[]> {
  return Promise.all(callers.map(() => Connection.open(address)))
}

async function drive(target: Target, seconds: number, pid: number, databasePid?: number): Promise<Interval> {
  prepare(target, (target.bestRate ?? FIRST_RATE) * seconds)
  const connections = await connectEach(target)
  const tally: Tally = { latenciesMs: [], problems: [], counting: true }

  const before = sample(pid, databasePid)
  const workers = target.callers.map((caller, i) => work(caller, connections[i] as Connection, tally))
  await Promise.race([setTimeout(seconds * 1000), Promise.all(workers)])
  const after = sample(pid, databasePid)
  tally.counting = false
  await Promise.all(workers)
  for (const connection of connections) connection.close()

  const interval = summarise(before, after, tally, target, pid)
  target.bestRate = Math.max(target.bestRate ?? 0, interval.requestsPerSecond)
  return interval
}

/** One client in a closed loop, until time or its work is over; it finishes its last flow so that its token chain stays whole. */
async function work(caller: Caller, connection: Connection, tally: Tally): Promise<void> {
  while (tally.counting && tally.problems.length < MAX_PROBLEMS) {
    const sentAt = performance.now()
    const end = await runFlow(caller, connection)
    if (end.kind === 'out_of_work') return
    if (end.kind === 'failed') tally.problems.push(end.problem)
    else if (tally.counting) tally.latenciesMs.push(performance.now() - sentAt)
  }
}

type Sample = { at: number; server: number; database: number | undefined; generator: NodeJS.CpuUsage }

function sample(pid: number, databasePid: number | undefined): Sample {
  const database = databasePid === undefined ? undefined : treeCpuMicros(databasePid)
  return { at: performance.now(), server: cpuMicros(pid), database, generator: process.cpuUsage() }
}

function summarise(before: Sample, after: Sample, tally: Tally, target: Target, pid: number): Interval {
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
    lateProofs: lateProofs(target),
    problems: tally.problems.slice(0, MAX_PROBLEMS),
  }
}
