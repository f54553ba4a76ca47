import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam, useSearchState } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import type { Import } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { Badge } from '../../parts/badge.tsx'
import { OperationButton } from '../../parts/button.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ImportStatus } from '../../parts/import-status.tsx'
import { Pages } from '../../parts/pages.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { Time } from '../../parts/time.tsx'
import { NewImport } from './new-import.tsx'

const COLUMNS: readonly Column<Import>[] = [
  { id: 'id', header: msg`Import`, cell: ({ id, source }) => <Which id={id} source={source} /> },
  { id: 'status', header: msg`Status`, cell: (one) => <Status one={one} /> },
  { id: 'lines', header: msg`Lines`, cell: ({ progress }) => <Count of={progress.lines} /> },
  { id: 'created', header: msg`Created`, cell: ({ progress }) => <Count of={progress.outcomes.created} /> },
  { id: 'refused', header: msg`Refused`, cell: ({ progress }) => <Count of={progress.outcomes.refused} /> },
  { id: 'conflict', header: msg`Conflict`, cell: ({ progress }) => <Count of={progress.outcomes.conflict} /> },
  { id: 'at', header: msg`Made`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
]

function Which({ id, source }: { id: string; source: string }) {
  const appID = useParam('appID')
  return (
    <>
      <bdi>{source}</bdi>
      <br />
      <ScreenLink to="/apps/$appID/imports/$importID" params={{ appID, importID: id }} className="id">
        {id}
      </ScreenLink>
    </>
  )
}

function Status({ one }: { one: Import }) {
  return (
    <>
      <ImportStatus status={one.status} />{' '}
      {one.options.dry_run && (
        <Badge>
          <Trans>trial</Trans>
        </Badge>
      )}
    </>
  )
}

function Count({ of = 0 }: { of: number | undefined }) {
  const { i18n } = useLingui()
  return i18n.number(of)
}

export default function Imports() {
  const { t } = useLingui()
  const appID = useParam('appID')
  const { search, change } = useSearchState()
  const input = { path: { appID }, query: { limit: 50, ...(search.after && { after: search.after }) } }
  const { data, error, isFetching, refetch } = useRead('listImports', input)
  const begin = (
    <OperationButton operation="createImport" kind="primary" onClick={() => change({ new: 'true' })}>
      <Trans>New import</Trans>
    </OperationButton>
  )
  return (
    <div className="stack">
      <ScreenHead title={t`Imports`} requests={[requestOf('listImports', input)]}>
        {data?.imports.length !== 0 && begin}
      </ScreenHead>
      <DataTable
        label={t`Imports`}
        columns={COLUMNS}
        rows={data?.imports}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={<Trans>Nothing was imported yet</Trans>} action={begin}>
            <Trans>
              Bring the users of the old system by file, with their passwords. A trial does everything and keeps nothing
              of it. Nobody gets a mail, and no session ends.
            </Trans>
          </EmptyState>
        }
      />
      <Pages next={data?.next} isFetching={isFetching} />
      {search.new === 'true' && <NewImport onClose={() => change({ new: undefined })} />}
    </div>
  )
}
