import { Trans, useLingui } from '@lingui/react/macro'
import { useParam, useSearchState } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import { AskingButton } from '../../parts/asking-button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Pages } from '../../parts/pages.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { COLUMNS } from './columns.tsx'
import { Export } from './export.tsx'
import { FILTERS, questionIn } from './question.ts'
import { useEntries } from './use-entries.ts'

/** Who did what: to an application, or beneath `/instance` to what is of none. */
export default function Audit() {
  const { t } = useLingui()
  const appID = useParam('appID')
  const { search } = useSearchState()
  const query = questionIn(search)
  const { data, error, isFetching, refetch } = useEntries(appID, query)
  const request = appID ? requestOf('listAudit', { path: { appID }, query }) : requestOf('listInstanceAudit', { query })
  const isNarrowed = FILTERS.some((name) => search[name])
  return (
    <div className="stack">
      <ScreenHead title={appID ? t`Audit` : t`Audit of the instance`} requests={[request]}>
        <AskingButton
          operation={appID ? 'exportAudit' : 'exportInstanceAudit'}
          dialog={(close) => <Export appID={appID} onClose={close} />}
        >
          <Trans>Export</Trans>
        </AskingButton>
      </ScreenHead>
      <AuditFilters />
      <DataTable
        label={t`Audit`}
        columns={COLUMNS}
        rows={data?.entries}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={isNarrowed ? <NothingMeant /> : <NothingYet />}
      />
      <Pages next={data?.next} isFetching={isFetching} />
    </div>
  )
}

function NothingMeant() {
  return (
    <EmptyState title={<Trans>Nothing is meant</Trans>}>
      <Trans>Ids and names are found whole. Take a filter away, or write it otherwise.</Trans>
    </EmptyState>
  )
}

function NothingYet() {
  return (
    <EmptyState title={<Trans>Nothing was changed yet</Trans>}>
      <Trans>Every change by an operator, a key or a command stands here from then on.</Trans>
    </EmptyState>
  )
}
