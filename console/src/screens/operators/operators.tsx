import { Trans, useLingui } from '@lingui/react/macro'
import { requestOf } from '../../api/call.ts'
import { useRead } from '../../api/query.ts'
import { AskingButton } from '../../parts/asking-button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { COLUMNS } from './columns.tsx'
import { InviteColleague } from './invite-colleague.tsx'

export default function Operators() {
  const { t } = useLingui()
  const { data, error, isFetching, refetch } = useRead('listOperators', {})
  return (
    <div className="stack">
      <ScreenHead title={t`Operators`} requests={[requestOf('listOperators', {})]}>
        <AskingButton operation="createOperator" kind="primary" dialog={(close) => <InviteColleague onClose={close} />}>
          <Trans>Invite a colleague</Trans>
        </AskingButton>
      </ScreenHead>
      <p className="quiet">
        <Trans>Who works with this console. They are no users of an application.</Trans>
      </p>
      <DataTable
        label={t`Operators`}
        columns={COLUMNS}
        rows={data?.operators}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={<Trans>Nobody is on the roster</Trans>}>
            <Trans>Invite the first one here, or on the command line: antiphon operators invite.</Trans>
          </EmptyState>
        }
      />
    </div>
  )
}
