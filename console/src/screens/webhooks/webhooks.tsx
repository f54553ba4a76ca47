import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import { useRead } from '../../api/query.ts'
import { OperationButton } from '../../parts/button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { COLUMNS } from './columns.tsx'
import { NewWebhook } from './new-webhook.tsx'

export default function Webhooks() {
  const { t } = useLingui()
  const input = { path: { appID: useParam('appID') } }
  const { data, error, isFetching, refetch } = useRead('listWebhooks', input)
  const [isAdding, setAdding] = useState(false)
  return (
    <div className="stack">
      <ScreenHead title={t`Webhooks`} requests={[requestOf('listWebhooks', input)]}>
        <OperationButton operation="createWebhook" kind="primary" onClick={() => setAdding(true)}>
          <Trans>Register a webhook</Trans>
        </OperationButton>
      </ScreenHead>
      <DataTable
        label={t`Webhooks`}
        columns={COLUMNS}
        rows={data?.webhooks}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={<Trans>Nobody is told of what happens</Trans>}>
            <Trans>
              Register the address of your backend, and choose what it wants to know. It gets events once it is active.
            </Trans>
          </EmptyState>
        }
      />
      {isAdding && <NewWebhook onClose={() => setAdding(false)} />}
    </div>
  )
}
