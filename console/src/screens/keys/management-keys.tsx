import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { useRead } from '../../api/query.ts'
import { AskingButton } from '../../parts/asking-button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { COLUMNS } from './columns.tsx'
import { CreateKey } from './create-key.tsx'

/** What backends call the management API with. */
export function ManagementKeys() {
  const { t } = useLingui()
  const { data, error, isFetching, refetch } = useRead('listKeys', { path: { appID: useParam('appID') } })
  return (
    <div className="stack">
      <div className="line-above">
        <p className="quiet">
          <Trans>Backends call the management API with them. A key itself is shown once, when it is made.</Trans>
        </p>
        <AskingButton operation="createKey" kind="primary" dialog={(close) => <CreateKey onClose={close} />}>
          <Trans>Make a key</Trans>
        </AskingButton>
      </div>
      <DataTable
        label={t`Management keys`}
        columns={COLUMNS}
        rows={data?.keys}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={<Trans>There is no management key</Trans>}>
            <Trans>No backend can manage this application. Make a key for each.</Trans>
          </EmptyState>
        }
      />
    </div>
  )
}
