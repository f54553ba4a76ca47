import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof openMetrics>

/** What the process counts, in the words of Prometheus. Labels never hold what a client sends. */
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
    webhooks: new Counter({
      name: 'antiphon_webhook_deliveries_total',
      help: 'Tries to deliver to webhooks by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    webhookOldest: new Gauge({
      name: 'antiphon_webhook_oldest_seconds',
      help: 'Age of the oldest event that waits for an active webhook of any application',
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

/** Tell of the process itself too: its memory, its processor time, its event loop. It is watched until it ends. */
export function watchProcess(metrics: Metrics): Metrics {
  collectDefaultMetrics({ register: metrics.registry })
  return metrics
}

const RENDERED_FOR_MS = 1_000

/** The text that Prometheus reads, made at most once a second however often it is asked for: to make it holds the thread for a millisecond. */
export function metricsText({
  metrics,
  monotonic,
}: {
  readonly metrics: Metrics
  monotonic(): number
}): () => Promise<string> {
  let text: Promise<string> | undefined
  let madeAt = 0
  return () => {
    const now = monotonic()
    if (text === undefined || now - madeAt >= RENDERED_FOR_MS) {
      text = metrics.registry.metrics()
      madeAt = now
    }
    return text
  }
}
