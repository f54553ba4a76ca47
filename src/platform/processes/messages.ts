import type { Metric } from './sum.ts'

/**
 * What a process and its supervisor say to each other. A supervisor may be of an older release than the processes that it starts: what stands here
 * keeps its meaning, and what somebody does not know is not answered.
 */
export type ToSupervisor =
  /** Requests are taken at this address. */
  | { readonly type: 'ready'; readonly address: string }
  /** Whoever is asked for the metrics tells those of all. */
  | { readonly type: 'sum' }
  /** What this process has counted so far. */
  | { readonly type: 'counted'; readonly metrics: readonly Metric[] }

export type ToProcess =
  /** Another process has taken its place. */
  | { readonly type: 'leave' }
  /** Tell what was counted; `looks`: and first look at what all processes have in common. */
  | { readonly type: 'count'; readonly looks: boolean }
  /** As Prometheus reads it. */
  | { readonly type: 'summed'; readonly text: string }
