import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Generator } from './load/generator.ts'
import type { Interval } from './load/protocol.ts'
import type { CpuPlan } from './machine/cpus.ts'
import type { Running, Subject } from './subjects/subject.ts'

export type Plan = {
  readonly cpus: CpuPlan
  readonly clients: number
  readonly rounds: number
  readonly seconds: number
  readonly warmUpSeconds: number
  /** Of each kind, where single answers are compared. */
  readonly samples: number
  /** Of a file that is imported. */
  readonly users: number
  /** `antiphon.js` of the build of another release, where this one is compared to it. */
  readonly before?: string | undefined
  /** Of sessions that lie in the database, where that is what is asked; ascending. */
  readonly sizes: readonly number[]
  /** Every round begins with the first subject, for subjects that feed one another. */
  readonly inOrder?: boolean
}

/** What became of one subject: an interval per round, or the reason there is none. */
export type Row = { readonly name: string; readonly intervals: readonly Interval[]; readonly problem?: string }

type Entrant = { readonly name: string; readonly running: Running; readonly intervals: Interval[]; problem?: string }

/** Where the measured files lie: on the disk that holds this repository. */
export const DATA = new URL('./data/', import.meta.url).pathname

/** Starts every subject, then loads them one at a time, round by round, so that a drift of the machine hits all alike. */
export async function measure(subjects: readonly Subject[], plan: Plan): Promise<Row[]> {
  await mkdir(DATA, { recursive: true })
  const directory = await mkdtemp(join(DATA, 'run-'))
  const generator = new Generator(plan.cpus.generator)
  const rows: Row[] = []
  const entrants: Entrant[] = []
  try {
    for (const subject of subjects) {
      const started = await start(subject, plan, generator, directory)
      if ('running' in started) entrants.push(started)
      else rows.push(started)
    }
    for (const entrant of entrants) await drive(entrant, plan.warmUpSeconds)
    for (const entrant of entrants) entrant.intervals.length = 0
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const entrant of rotated(entrants, plan.inOrder ? 0 : round)) await drive(entrant, plan.seconds)
    }
  } finally {
    await Promise.allSettled(entrants.map((entrant) => entrant.running.stop()))
    generator.stop()
    await rm(directory, { recursive: true, force: true })
  }
  const all = [...rows, ...entrants]
  return subjects.flatMap((subject) => all.filter((row) => row.name === subject.name))
}

/** How the rows were taken, as a sentence for the report. */
export function describeRounds({ clients, rounds, seconds, warmUpSeconds }: Plan): string {
  const warmUp = `after ${warmUpSeconds} s of warm-up each`
  return `${clients} clients in a closed loop; medians of ${rounds} interleaved rounds of ${seconds} s, ${warmUp}.`
}

async function start(subject: Subject, plan: Plan, generator: Generator, directory: string): Promise<Entrant | Row> {
  progress(`starting ${subject.name}`)
  try {
    const setting = { cpus: plan.cpus, clients: plan.clients, generator, directory }
    return { name: subject.name, running: await subject.start(setting), intervals: [] }
  } catch (error) {
    return { name: subject.name, intervals: [], problem: `did not start: ${messageOf(error)}` }
  }
}

/** A subject that failed once is left out of the later rounds. */
async function drive(entrant: Entrant, seconds: number): Promise<void> {
  if (entrant.problem) return
  try {
    const interval = await entrant.running.drive(seconds)
    entrant.intervals.push(interval)
    if (interval.problems.length > 0) entrant.problem = interval.problems.join('; ')
    progress(`${entrant.name}: ${Math.round(interval.requestsPerSecond)}/s ${entrant.problem ?? ''}`)
  } catch (error) {
    entrant.problem = messageOf(error)
  }
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const at = items.length === 0 ? 0 : by % items.length
  return [...items.slice(at), ...items.slice(0, at)]
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
