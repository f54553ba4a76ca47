import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { ListUserPasskeysResponse } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Time } from '../../parts/time.tsx'
import type { UserPath } from './path.ts'
import { Removal } from './removal.tsx'

type Passkey = ListUserPasskeysResponse['passkeys'][number]

const COLUMNS: readonly Column<Passkey>[] = [
  { id: 'name', header: msg`Name`, cell: ({ nickname }) => nickname ?? <Trans>none</Trans> },
  { id: 'rp', header: msg`Relying party`, cell: ({ rp_id }) => rp_id },
  {
    id: 'synced',
    header: msg`Synced`,
    cell: ({ backup_state }) => (backup_state ? <Trans>yes</Trans> : <Trans>no</Trans>),
  },
  { id: 'created', header: msg`Created`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
  {
    id: 'used',
    header: msg`Used last`,
    cell: ({ last_used_at }) => (last_used_at ? <Time at={last_used_at} isInTable /> : <Trans>never</Trans>),
  },
  { id: 'remove', header: msg`Remove`, cell: (passkey) => <RemovePasskey passkey={passkey} /> },
]

export function Passkeys({ path }: { path: UserPath }) {
  const { t } = useLingui()
  const { data, error, isFetching, refetch } = useRead('listUserPasskeys', { path: { ...path } })
  return (
    <DataTable
      label={t`Passkeys`}
      columns={COLUMNS}
      rows={data?.passkeys}
      idOf={({ credential_id }) => credential_id}
      failure={error}
      isFetching={isFetching}
      onRetry={() => refetch()}
      empty={
        <EmptyState title={<Trans>The user has no passkey</Trans>}>
          <Trans>A passkey is added by the user, once logged in.</Trans>
        </EmptyState>
      }
    />
  )
}

function RemovePasskey({ passkey }: { passkey: Passkey }) {
  const { t } = useLingui()
  const path = { appID: useParam('appID'), userID: useParam('userID'), credentialID: passkey.credential_id }
  return (
    <Removal
      operation="deleteUserPasskey"
      name={passkey.nickname ?? passkey.credential_id}
      title={t`Remove the passkey`}
      undo={t`It cannot be undone. The user may add the device again.`}
      said={t`The passkey is removed.`}
      shownBy="listUserPasskeys"
      remove={() => call('deleteUserPasskey', { path })}
    >
      <Trans>It does not log in as this user any more. Sessions go on.</Trans>
    </Removal>
  )
}
