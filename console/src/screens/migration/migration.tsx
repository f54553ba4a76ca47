import { Trans, useLingui } from '@lingui/react/macro'
import { useParam, useSearchState } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import { useRead } from '../../api/query.ts'
import { Button } from '../../parts/button.tsx'
import { download } from '../../parts/download.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { Configuration } from './configuration.tsx'
import { FirstSteps } from './first-steps.tsx'
import { Overview } from './overview.tsx'
import { People } from './people.tsx'
import { Refusals } from './refusals.tsx'
import { TryToken } from './try-token.tsx'
import { Verdict } from './verdict.tsx'

export default function Migration() {
  const { t } = useLingui()
  const appID = useParam('appID')
  const { search } = useSearchState()
  const input = { path: { appID } }
  const isOverview = !search.tab || search.tab === 'overview'
  const { data, error, refetch } = useRead('getMigrationReport', input)
  const tabs = [
    { id: 'overview', label: t`Overview`, content: () => (data ? <Overview shown={data} /> : <Waiting />) },
    { id: 'people', label: t`Who would notice`, content: () => <People report={data?.report} /> },
    { id: 'refusals', label: t`Refused`, content: () => <Refusals report={data?.report} /> },
    { id: 'configuration', label: t`Configuration`, content: () => <Configuration /> },
    { id: 'try', label: t`Try a token`, content: () => <TryToken /> },
  ]
  return (
    <div className="stack">
      <ScreenHead title={t`Migration`} requests={[requestOf('getMigrationReport', input)]}>
        {data && <Signed signed={data.signed} at={data.report.made_at} />}
      </ScreenHead>
      {error && <ErrorNote failure={error} onRetry={() => refetch()} />}
      {data ? <Verdict report={data.report} isWhole={isOverview} /> : !error && <Waiting />}
      {data && isOverview && <FirstSteps report={data.report} />}
      <Tabs label={t`What there is of the migration`} tabs={tabs} />
    </div>
  )
}

/** The same report for whoever has to sign off the switch, with the signature. */
function Signed({ signed, at }: { signed: string; at: string }) {
  const appID = useParam('appID')
  const name = `migration-${appID}-${at.slice(0, 10)}.jws`
  return (
    <Button onClick={() => download(name, 'application/jose', signed)}>
      <Trans>Download the signed report</Trans>
    </Button>
  )
}
