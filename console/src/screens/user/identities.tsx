import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { ListFederatedIdentitiesResponse } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Time } from '../../parts/time.tsx'
import type { UserPath } from './path.ts'
import { Removal } from './removal.tsx'

type Identity = ListFederatedIdentitiesResponse['federated_identities'][number]

const COLUMNS: readonly Column<Identity>[] = [
  { id: 'provider', header: msg`Provider`, cell: ({ provider, connection_name }) => connection_name ?? provider },
  { id: 'subject', header: msg`Subject`, cell: ({ subject }) => <code>{subject}</code> },
  { id: 'email', header: msg`Address, as the provider says`, cell: ({ email }) => email },
  { id: 'created', header: msg`Linked`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
  { id: 'remove', header: msg`Remove`, cell: (identity) => <Unlink identity={identity} /> },
]

export function Identities({ path }: { path: UserPath }) {
  const { t } = useLingui()
  const { data, error, isFetching, refetch } = useRead('listFederatedIdentities', { path: { ...path } })
  return (
    <DataTable
      label={t`Linked accounts`}
      columns={COLUMNS}
      rows={data?.federated_identities}
      idOf={({ id }) => id}
      failure={error}
      isFetching={isFetching}
      onRetry={() => refetch()}
      empty={
        <EmptyState title={<Trans>No account elsewhere is linked</Trans>}>
          <Trans>One is linked when the user logs in by a provider or a company’s own login.</Trans>
        </EmptyState>
      }
    />
  )
}

function Unlink({ identity }: { identity: Identity }) {
  const { t } = useLingui()
  const path = { appID: useParam('appID'), userID: useParam('userID'), identityID: identity.id }
  return (
    <Removal
      operation="deleteFederatedIdentity"
      name={identity.subject}
      title={t`Unlink`}
      undo={t`To undo it, the user logs in by the provider again, where that links.`}
      said={t`The account is unlinked.`}
      shownBy="listFederatedIdentities"
      remove={() => call('deleteFederatedIdentity', { path })}
    >
      <Trans>The account at {identity.provider} does not log in as this user any more. Sessions go on.</Trans>
    </Removal>
  )
}
