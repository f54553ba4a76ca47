import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import type { Import as ImportView } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { Badge } from '../../parts/badge.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ImportStatus } from '../../parts/import-status.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { Canaries } from './canaries.tsx'
import { Lines } from './lines.tsx'
import { Loading } from './loading.tsx'
import { Report } from './report.tsx'
import { Sending } from './sending.tsx'
import { Steps } from './steps.tsx'

const UNDER_WAY: readonly ImportView['status'][] = ['loading', 'rolling_back']
const EVERY_MS = 1000

export default function Import() {
  const path = { appID: useParam('appID'), importID: useParam('importID') }
  const input = { path }
  const first = useRead('getImport', input)
  const isMoving = first.data !== undefined && UNDER_WAY.includes(first.data.import.status)
  // The same question: what this asks for each second, the first shows, too.
  useRead('getImport', input, { enabled: isMoving, everyMs: isMoving && EVERY_MS })
  const { data, error, refetch } = first
  const head = <ScreenHead title={data?.import.source ?? path.importID} requests={[requestOf('getImport', input)]} />
  if (error && !data) {
    return (
      <div className="stack">
        {head}
        <ErrorNote failure={error} onRetry={() => refetch()} />
      </div>
    )
  }
  if (!data) return <Waiting />
  return (
    <div className="stack">
      <ScreenHead title={data.import.source} requests={[requestOf('getImport', input)]}>
        <Steps shown={data.import} path={path} />
      </ScreenHead>
      <Line shown={data.import} />
      {error && <ErrorNote failure={error} onRetry={() => refetch()} />}
      <Stage shown={data.import} path={path} />
    </div>
  )
}

function Line({ shown }: { shown: ImportView }) {
  const { id, status, options, created_at } = shown
  return (
    <p className="id-line">
      <code>{id}</code> <CopyButton text={id} /> <ImportStatus status={status} />{' '}
      {options.dry_run && (
        <Badge>
          <Trans>trial</Trans>
        </Badge>
      )}{' '}
      <Time at={created_at} />
    </p>
  )
}

/** What is to be seen at the point where the import is. */
function Stage({ shown, path }: { shown: ImportView; path: { appID: string; importID: string } }) {
  const { t } = useLingui()
  if (shown.status === 'open') return <Sending shown={shown} path={path} />
  const tabs = [
    { id: 'report', label: t`Report`, content: () => <Report path={path} shown={shown} /> },
    { id: 'lines', label: t`By line`, content: () => <Lines path={path} shown={shown} /> },
    { id: 'accounts', label: t`Test accounts`, content: () => <Canaries path={path} shown={shown} /> },
  ]
  return (
    <div className="stack">
      {shown.problem && <p className="note note-error">{shown.problem}</p>}
      <Loading shown={shown} />
      <Tabs label={t`What came of the import`} tabs={tabs} />
    </div>
  )
}
