import { Trans, useLingui } from '@lingui/react/macro'
import { useQueries } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import { asFailure } from '../../api/failure.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { useSpan } from '../../parts/span.ts'
import { Waiting } from '../../parts/waiting.tsx'
import type { ChartPlan } from './charts.ts'
import { Legend } from './legend.tsx'
import { drawnOf } from './lines.ts'
import { Numbers } from './numbers.tsx'
import { Plot } from './plot.tsx'

/** A question, the plot that answers it, the same as numbers, and the way to the list behind it. */
export function Chart({ chart }: { chart: ChartPlan }) {
  const { i18n } = useLingui()
  const appID = useParam('appID')
  const { routesByPath } = useRouter()
  const { id, question, leadsTo } = chart
  return (
    <section className="chart" aria-labelledby={`chart-${id}`}>
      <div className="chart-head">
        <h2 id={`chart-${id}`}>{i18n._(question)}</h2>
        {leadsTo && Object.hasOwn(routesByPath, leadsTo.to) && (
          <ScreenLink to={leadsTo.to} params={{ appID }}>
            {i18n._(leadsTo.label)}
          </ScreenLink>
        )}
      </div>
      <Answer chart={chart} />
    </section>
  )
}

function Answer({ chart }: { chart: ChartPlan }) {
  const { i18n } = useLingui()
  const { by } = useSpan()
  const { answers, failure, retry } = useCounted(chart)
  const [pointed, setPointed] = useState<number>()
  if (failure) return <ErrorNote failure={failure} onRetry={retry} />
  if (!answers) return <Waiting />
  const drawn = drawnOf(chart, answers)
  const { starts, lines } = drawn
  return (
    <>
      <Plot kind={chart.kind} by={by} drawn={drawn} onPoint={setPointed} />
      {lines.length === 0 ? (
        <p className="quiet">
          <Trans>Nothing of the kind within this time.</Trans>
        </p>
      ) : (
        <>
          <Legend
            drawn={drawn}
            by={by}
            pointed={pointed !== undefined && pointed < starts.length ? pointed : undefined}
          />
          <Numbers label={i18n._(chart.question)} drawn={drawn} by={by} />
        </>
      )}
    </>
  )
}

/** What was counted of each metric of a chart. */
function useCounted({ metrics }: ChartPlan) {
  const path = { appID: useParam('appID') }
  const { by, from, everyMs } = useSpan()
  const asked = useQueries({
    queries: metrics.map((metric) => {
      const input = { path, query: { metric, by, from } }
      return {
        queryKey: ['getStatistics', input],
        queryFn: ({ signal }: { signal: AbortSignal }) => call('getStatistics', input, signal),
        refetchInterval: everyMs,
      }
    }),
  })
  const error = asked.find((one) => one.error)?.error
  const answers = asked.flatMap(({ data }) => data ?? [])
  return {
    answers: answers.length === metrics.length ? answers : undefined,
    failure: error ? asFailure(error) : undefined,
    retry: () => {
      for (const { refetch } of asked) refetch()
    },
  }
}
