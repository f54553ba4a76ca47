import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { writeCounted } from '../../core/rollups/count.ts'
import { DAY_MS, DAYS_OF_HOURS, HOUR_MS, METRICS, startOf } from '../../core/rollups/rollup.ts'
import { type Spans, seriesOf, startsOf } from '../../core/rollups/series.ts'
import { listRollups } from '../../core/rollups/store.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { timeInput } from '../../platform/time-input.ts'

const SPANS = { hour: { spanMs: HOUR_MS, usual: 48 }, day: { spanMs: DAY_MS, usual: 30 } } as const
const MOST_SPANS = 1000

const series = z
  .object({
    labels: z.record(z.string(), z.string()).meta({ description: 'What tells it from the others.' }),
    total: z.int(),
    counts: z.array(z.int()).meta({ description: 'One for each of `starts`; zero where nothing happened.' }),
  })
  .meta({ id: 'StatisticsSeries' })

type Query = { readonly by: keyof typeof SPANS; readonly from?: number | undefined; readonly to?: number | undefined }

/** Whole hours or days (UTC), or why they are none that can be told. */
function spansOf({ by, from, to }: Query, now: number): Spans | { readonly problem: string } {
  const { spanMs, usual } = SPANS[by]
  const end = startOf((to ?? now + 1) - 1, spanMs) + spanMs
  const start = startOf(from ?? end - usual * spanMs, spanMs)
  if (start >= end) return { problem: 'query.from: is not before `to`' }
  if (end - start > MOST_SPANS * spanMs)
    return { problem: `query.from: is more than ${MOST_SPANS} ${by}s before \`to\`` }
  if (by === 'hour' && start < startOf(now, DAY_MS) - DAYS_OF_HOURS * DAY_MS)
    return { problem: `query.by: hours are kept for ${DAYS_OF_HOURS} days; what is older is told by \`day\`` }
  return { from: start, to: end, spanMs }
}

export const read = endpoint({
  method: 'GET',
  path: '/v2/session/apps/{appID}/statistics',
  audience: 'management',
  operationId: 'getStatistics',
  permission: 'statistics:read',
  tag: 'Statistics',
  summary: 'Read how often something happened, by the hour or day (UTC)',
  access: managementKey,
  params: z.object({ appID: z.string() }),
  query: z.object({
    metric: z.enum(METRICS),
    by: z.enum(['hour', 'day']).default('day').meta({ description: 'Length of a span.' }),
    from: timeInput.optional().meta({
      description: 'From the span that holds this time on. 30 days, or 48 hours, before the end unless it is said.',
    }),
    to: timeInput
      .optional()
      .meta({ description: 'Up to this time; the span that holds it is whole. Now unless it is said.' }),
  }),
  response: z
    .object({
      metric: z.enum(METRICS),
      starts: z.array(z.iso.datetime()).meta({ description: 'When each span begins, oldest first.' }),
      series: z.array(series).meta({ description: 'That with the highest total first.' }),
    })
    .meta({ id: 'StatisticsResponse' }),
  failures: [universal.invalid_request],

  async handle({ app, query, fail }, deps) {
    const { metric } = query
    const spans = spansOf(query, deps.now())
    if ('problem' in spans) return fail(universal.invalid_request, { message: spans.problem })
    await writeCounted(deps)
    const rollups = await listRollups(deps.db, app.id, metric, spans.from, spans.to)
    const told = seriesOf(rollups, spans).map(({ labels, total, counts }) => ({ labels, total, counts: [...counts] }))
    return { body: { metric, starts: startsOf(spans).map(rfc3339), series: told } }
  },
})
