import { useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import { useMayCall } from '../../api/session.ts'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { useSpan } from '../../parts/span.ts'
import { SpanField } from '../../parts/span-field.tsx'
import { Chart } from './chart.tsx'
import { CHARTS } from './charts.ts'
import { State } from './state.tsx'
import './start.css'

/** Whether all is well, and what happens. */
export default function Start() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const { by, from } = useSpan()
  const maySeeFindings = useMayCall('listFindings')
  const metrics = CHARTS.flatMap((chart) => chart.metrics)
  const requests = [
    ...(maySeeFindings ? [requestOf('listFindings', { path })] : []),
    ...metrics.map((metric) => requestOf('getStatistics', { path, query: { metric, by, from } })),
  ]
  return (
    <div className="stack">
      <ScreenHead title={t`Start`} requests={requests} />
      {maySeeFindings && <State />}
      <SpanField />
      <div className="charts">
        {CHARTS.map((chart) => (
          <Chart key={chart.id} chart={chart} />
        ))}
      </div>
    </div>
  )
}
