import type { Generator } from '../load/generator.ts'
import type { Interval } from '../load/protocol.ts'
import type { CpuPlan } from '../machine/cpus.ts'

/** What a subject needs to start. */
export type Setting = {
  readonly cpus: CpuPlan
  readonly generator: Generator
  /** Concurrent clients, each with a session of its own. */
  readonly clients: number
  /** A directory for this subject's files, on the disk that is to be measured. */
  readonly directory: string
}

/** A subject that is up; it costs nothing until it is driven. */
export type Running = {
  drive(seconds: number): Promise<Interval>
  stop(): Promise<void>
}

/** One row of a table. */
export type Subject = {
  readonly name: string
  start(setting: Setting): Promise<Running>
}
