import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countsOf, openMetrics, watchProcess } from '../metrics.ts'
import { keepCounted, type Metric, sumText } from './sum.ts'

/** What a process tells of so many requests, each of which took as long. */
async function countsAfter(requests: number, change: (metrics: ReturnType<typeof openMetrics>) => void = () => {}) {
  const metrics = openMetrics()
  for (let i = 0; i < requests; i++) {
    metrics.requests.inc({ operation: 'refreshSession', status: '200' })
    metrics.durations.observe({ operation: 'refreshSession', class: '2xx' }, 0.02)
  }
  change(metrics)
  // As it comes over a channel.
  return JSON.parse(JSON.stringify(await countsOf(metrics))) as Metric[]
}

const valueIn = (text: string, series: string) =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.split(' ')
      .at(-1),
  )

const REQUESTS = 'antiphon_http_requests_total{operation="refreshSession",status="200"}'
const buckets = (le: string) =>
  `antiphon_http_request_duration_seconds_bucket{le="${le}",operation="refreshSession",class="2xx"}`

test('counters and histograms of several processes are summed', async () => {
  const text = await sumText([await countsAfter(2), await countsAfter(3)])
  assert.equal(valueIn(text, REQUESTS), 5)
  assert.deepEqual(
    ['0.01', '0.05', '+Inf'].map((le) => valueIn(text, buckets(le))),
    [0, 5, 5],
  )
})

test('what hangs on one process is summed, what all find alike is told by the oldest, and what is worst is told', async () => {
  const text = await sumText([
    await countsAfter(0, (one) => {
      one.connectionsUsed.set(3)
      one.oldestJob.set(7)
      one.build.set({ version: '1.0.0', node: 'v24', database: 'postgres' }, 1)
      one.webhookOldest.set(1)
      one.certificateEnd.set({ listener: 'main' }, 9)
    }),
    await countsAfter(0, (one) => {
      one.connectionsUsed.set(4)
      one.oldestJob.set(2)
      one.build.set({ version: '1.0.0', node: 'v24', database: 'postgres' }, 1)
      one.webhookOldest.set(5)
      one.certificateEnd.set({ listener: 'main' }, 8)
    }),
  ])
  assert.equal(valueIn(text, 'antiphon_database_connections_used'), 7)
  assert.equal(valueIn(text, 'antiphon_jobs_oldest_due_seconds'), 7)
  assert.equal(valueIn(text, 'antiphon_build_info{version="1.0.0",node="v24",database="postgres"}'), 1)
  assert.equal(valueIn(text, 'antiphon_webhook_oldest_seconds'), 5)
  assert.equal(valueIn(text, 'antiphon_certificate_expiry_timestamp_seconds{listener="main"}'), 8)
})

test('what processes counted that have ended stays in the sum, and what they held does not', async () => {
  const ended = await countsAfter(4, (one) => one.connectionsUsed.set(5))
  const kept = await keepCounted(await keepCounted([], ended), ended)
  const text = await sumText([await countsAfter(1), kept])
  assert.equal(valueIn(text, REQUESTS), 9)
  assert.equal(valueIn(text, buckets('+Inf')), 9)
  assert.equal(valueIn(text, 'antiphon_database_connections_used'), 0)
})

test('every metric of a process is one of the sum', async () => {
  const metrics = watchProcess(openMetrics())
  const text = await sumText([await countsOf(metrics), await countsOf(metrics)])
  for (const { name } of metrics.registry.getMetricsAsArray()) assert.match(text, new RegExp(`^# TYPE ${name} `, 'm'))
})
