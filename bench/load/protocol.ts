import type { Traffic } from './traffic.ts'

/** What the runner asks of the generator process; one job at a time. */
export type Job =
  | { kind: 'inbox' }
  | { kind: 'offer'; offers: readonly Offer[]; seconds: number }
  | { kind: 'open'; subject: string; address: string; traffic: Traffic; clients: number }
  | { kind: 'drive'; subject: string; seconds: number; pid: number; databasePid: number | undefined }

export type Reply =
  | { kind: 'opened' }
  | { kind: 'listening'; address: string }
  | { kind: 'measured'; interval: Interval }
  | { kind: 'offered'; offered: readonly Offered[] }
  | { kind: 'failed'; message: string }

/** A subject and how many of its flows are to begin each second. */
export type Offer = { readonly subject: string; readonly ratePerSecond: number }

/** What became of one offer. */
export type Offered = {
  /** Flows that ended well. */
  readonly requests: number
  readonly requestsPerSecond: number
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
  readonly maxMs: number | undefined
  /** By how much the generator's own clock was late. */
  readonly latenessP99Ms: number | undefined
  readonly lateProofs: number
  /** The first unexpected answers; any of them makes the row invalid. */
  readonly problems: readonly string[]
}

/** What one subject did in one interval. */
export type Interval = {
  readonly requests: number
  readonly requestsPerSecond: number
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
  readonly cpuMicrosPerRequest: number
  readonly databaseCpuMicrosPerRequest: number | undefined
  readonly rssMib: number | undefined
  readonly peakMib: number | undefined
  /** The share of one CPU the generator itself used: near 1 it would be what is measured. */
  readonly generatorCpuShare: number | undefined
  /** Proofs the generator had to sign while the clock ran. */
  readonly lateProofs: number
  /** The first unexpected answers; any of them makes the row invalid. */
  readonly problems: readonly string[]
}
