import { msg } from '@lingui/core/macro'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useRead, useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { OperationButton } from '../../parts/button.tsx'
import { CountryName } from '../../parts/country-name.tsx'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Time } from '../../parts/time.tsx'
import { EndSession, type UserSession } from './end-session.tsx'
import type { UserPath } from './path.ts'

const COLUMNS: readonly Column<UserSession>[] = [
  {
    id: 'device',
    header: msg`Device`,
    cell: ({ device_model, device_type, os_version }) => (
      <>
        {device_model || device_type}
        <br />
        <span className="quiet">{os_version}</span>
      </>
    ),
  },
  { id: 'country', header: msg`Country`, cell: ({ country_code }) => <CountryName code={country_code} /> },
  { id: 'created', header: msg`Created`, cell: ({ created_at }) => <Time at={created_at} isInTable /> },
  { id: 'seen', header: msg`Seen last`, cell: ({ last_seen_at }) => <Time at={last_seen_at} isInTable /> },
  { id: 'expires', header: msg`Ends unused`, cell: ({ expires_at }) => <Time at={expires_at} isInTable /> },
  { id: 'end', header: msg`End`, cell: (session) => <EndSession session={session} /> },
  { id: 'id', header: msg`Id`, cell: ({ id }) => <code>{id}</code> },
]

export function Sessions({ path }: { path: UserPath }) {
  const { t } = useLingui()
  const { data, error, isFetching, refetch } = useRead('listUserSessions', { path: { ...path } })
  const [isEnding, setEnding] = useState(false)
  return (
    <div className="stack">
      <DataTable
        label={t`Sessions`}
        columns={COLUMNS}
        rows={data?.sessions}
        idOf={({ id }) => id}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={<Trans>Nobody is logged in as this user</Trans>}>
            <Trans>A session begins with a login.</Trans>
          </EmptyState>
        }
      />
      {data && data.sessions.length > 0 && (
        <div>
          <OperationButton operation="invalidateUserSessions" kind="danger" onClick={() => setEnding(true)}>
            <Trans>End all sessions</Trans>
          </OperationButton>
        </div>
      )}
      {isEnding && <EndAll path={path} count={data?.sessions.length ?? 0} onClose={() => setEnding(false)} />}
    </div>
  )
}

function EndAll({ path, count, onClose }: { path: UserPath; count: number; onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const [shown] = useState(count)
  const look = () => refresh('listUserSessions', 'listEvents')
  return (
    <ActionDialog
      title={t`End all sessions`}
      verb={t`End all`}
      isDangerous
      typed={String(shown)}
      undo={t`It cannot be undone. The user may log in again.`}
      act={async () => {
        const { revoked } = await call('invalidateUserSessions', { path: { ...path } })
        await look()
        return <Plural value={revoked} one="# session ended." other="# sessions ended." />
      }}
      onLook={look}
      onClose={onClose}
    >
      <Trans>
        The user is logged out on every device. Access tokens that are out stay good until they end, a minute at most by
        default.
      </Trans>
    </ActionDialog>
  )
}
