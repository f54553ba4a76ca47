import { type Aggregator, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Metric } from './processes/sum.ts'

export type Metrics = ReturnType<typeof openMetrics>

/**
 * What the process counts, in the words of Prometheus. Labels never hold what a client sends. Of several processes their sum is told, unless a gauge
 * names another `aggregator`: `first` is what all of them would find in the database, of the one that looked.
 */
export function openMetrics() {
  const registry = new Registry()
  const registers = [registry]
  return {
    registry,
    requests: new Counter({
      name: 'antiphon_http_requests_total',
      help: 'Answers by operation and status',
      labelNames: ['operation', 'status'],
      registers,
    }),
    durations: new Histogram({
      name: 'antiphon_http_request_duration_seconds',
      help: 'Time to answer by operation and class of the status',
      labelNames: ['operation', 'class'],
      buckets: [0.01, 0.05, 0.25, 1, 5],
      registers,
    }),
    refusals: new Counter({
      name: 'antiphon_http_refusals_total',
      help: 'Answers that are errors, by operation and code of the failure',
      labelNames: ['operation', 'code'],
      registers,
    }),
    signIns: new Counter({
      name: 'antiphon_sign_ins_total',
      help: 'Tries to sign in by way and outcome: ok, or the code of the failure. What is begun by a way is a session once it is finalized',
      labelNames: ['way', 'outcome'],
      registers,
    }),
    refreshes: new Counter({
      name: 'antiphon_refreshes_total',
      help: 'Presented refresh tokens by what they turned out to be',
      labelNames: ['outcome'],
      registers,
    }),
    codeBudgets: new Counter({
      name: 'antiphon_code_budgets_spent_total',
      help: 'Budgets of unentered codes that were spent, once for each country or IP range and window',
      labelNames: ['budget'],
      registers,
    }),
    hooks: new Histogram({
      name: 'antiphon_hook_seconds',
      help: 'Duration of calls to the applications’ hooks',
      labelNames: ['hook', 'outcome'],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    messages: new Counter({
      name: 'antiphon_messages_total',
      help: 'Tries to deliver messages by channel, kind of the provider (none: there is none to try) and outcome',
      labelNames: ['channel', 'provider', 'outcome'],
      registers,
    }),
    hashWaits: new Histogram({
      name: 'antiphon_hash_wait_seconds',
      help: 'How long work with passwords waited for its turn',
      buckets: [0.001, 0.05, 0.25, 1, 2],
      registers,
    }),
    hashWaiting: new Gauge({
      name: 'antiphon_hash_waiting',
      help: 'Pieces of work with passwords that wait for their turn',
      registers,
    }),
    sheds: new Counter({
      name: 'antiphon_sheds_total',
      help: 'Work that was turned away because too much of it waited, by queue',
      labelNames: ['queue'],
      registers,
    }),
    connectionsUsed: new Gauge({
      name: 'antiphon_database_connections_used',
      help: 'Connections to the database that are in use; of SQLite the one that writes',
      registers,
    }),
    connectionsAwaited: new Gauge({
      name: 'antiphon_database_waiting',
      help: 'How many wait for a connection to the database; of SQLite for the one that writes',
      registers,
    }),
    commits: new Histogram({
      name: 'antiphon_database_commit_seconds',
      help: 'How long it took to commit: the end of a transaction, or the whole write of a group of updates, which is a commit by itself',
      labelNames: ['write'],
      buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2],
      registers,
    }),
    oldestJob: new Gauge({
      name: 'antiphon_jobs_oldest_due_seconds',
      help: 'For how long the oldest background job has been due that no process has begun',
      aggregator: 'first',
      registers,
    }),
    parked: new Counter({
      name: 'antiphon_jobs_parked_total',
      help: 'Background jobs that failed so often that they are not tried again, by kind',
      labelNames: ['kind'],
      registers,
    }),
    parkedNow: new Gauge({
      name: 'antiphon_jobs_parked',
      help: 'Background jobs that are kept and not tried again, by kind, of all processes and from before they started',
      labelNames: ['kind'],
      aggregator: 'first',
      registers,
    }),
    certificateEnd: new Gauge({
      name: 'antiphon_certificate_expiry_timestamp_seconds',
      help: 'When the certificate ends that is served, Unix time; absent where no TLS is served',
      // A gauge without labels is 0 before it is set, and this one would look as if it had ended long ago.
      labelNames: ['listener'],
      aggregator: 'min',
      registers,
    }),
    firstCertificateEnd: new Gauge({
      name: 'antiphon_certificates_first_expiry_timestamp_seconds',
      help: 'When the first of the certificates of a kind ends, of all applications, Unix time; absent where there are none',
      labelNames: ['kind'],
      aggregator: 'first',
      registers,
    }),
    oldestKey: new Gauge({
      name: 'antiphon_signing_keys_oldest_timestamp_seconds',
      help: 'Since when the oldest key of a purpose signs, of all applications, Unix time',
      labelNames: ['purpose'],
      aggregator: 'first',
      registers,
    }),
    nextKey: new Gauge({
      name: 'antiphon_signing_keys_next_timestamp_seconds',
      help: 'When the first of the keys of a purpose is followed by another, of all applications, Unix time',
      labelNames: ['purpose'],
      aggregator: 'first',
      registers,
    }),
    build: new Gauge({
      name: 'antiphon_build_info',
      help: 'Always 1; what runs is in the labels',
      labelNames: ['version', 'node', 'database'],
      aggregator: 'max',
      registers,
    }),
    died: processesDied(registers),
    webhooks: new Counter({
      name: 'antiphon_webhook_deliveries_total',
      help: 'Tries to deliver to webhooks by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    webhookOldest: new Gauge({
      name: 'antiphon_webhook_oldest_seconds',
      help: 'Age of the oldest event that waits for an active webhook of any application',
      aggregator: 'max',
      registers,
    }),
    jobs: new Counter({
      name: 'antiphon_jobs_total',
      help: 'Runs of background jobs by kind and outcome',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
  }
}

/** How often a supervisor found a process dead: only it counts. */
export const processesDied = (registers: Registry[]) =>
  new Counter({
    name: 'antiphon_processes_died_total',
    help: 'Processes beneath a supervisor that ended without being asked to, and were replaced',
    registers,
  })

/**
 * Tell of the process itself too: its memory, its processor time, its event loop. It is watched until it ends. Of several processes their sum is told,
 * of how long they were held up the worst.
 */
export function watchProcess(metrics: Metrics): Metrics {
  collectDefaultMetrics({ register: metrics.registry })
  for (const metric of metrics.registry.getMetricsAsArray() as { name: string; aggregator?: Aggregator }[]) {
    if (metric.name.startsWith('nodejs_eventloop_lag')) metric.aggregator = 'max'
    if (metric.name === 'process_start_time_seconds') metric.aggregator = 'min'
  }
  return metrics
}

/** What was counted, as one process tells another. */
export const countsOf = async ({ registry }: Metrics): Promise<readonly Metric[]> =>
  (await registry.getMetricsAsJSON()) as unknown as Metric[]

const RENDERED_FOR_MS = 1_000

/** The text that Prometheus reads, made at most once a second however often it is asked for: to make it holds the thread for a millisecond. */
export function metricsText({
  monotonic,
  read,
}: {
  monotonic(): number
  read(): Promise<string>
}): () => Promise<string> {
  let text: Promise<string> | undefined
  let madeAt = 0
  return () => {
    const now = monotonic()
    if (text === undefined || now - madeAt >= RENDERED_FOR_MS) {
      text = read()
      madeAt = now
    }
    return text
  }
}
