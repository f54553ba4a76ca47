import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { ListUserSessionsResponse } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { OperationButton } from '../../parts/button.tsx'

export type UserSession = ListUserSessionsResponse['sessions'][number]

export function EndSession({ session }: { session: UserSession }) {
  const { t } = useLingui()
  const [isAsking, setAsking] = useState(false)
  const path = { appID: useParam('appID'), userID: useParam('userID'), sessionID: session.id }
  const refresh = useRefresh()
  // As an element: whoever logged in named it.
  const device = <bdi>{session.device_model || session.device_type}</bdi>
  const look = () => refresh('listUserSessions', 'listEvents')
  const close = () => {
    setAsking(false)
    look()
  }
  return (
    <>
      <OperationButton
        operation="invalidateUserSession"
        aria-label={t`End the session ${session.id}`}
        onClick={() => setAsking(true)}
      >
        <Trans>End</Trans>
      </OperationButton>
      {isAsking && (
        <ActionDialog
          title={t`End the session`}
          verb={t`End`}
          isDangerous
          undo={t`It cannot be undone. The user may log in again.`}
          act={async () => {
            await call('invalidateUserSession', { path })
            return t`The session is over.`
          }}
          onLook={look}
          onClose={close}
        >
          <Trans>The user is logged out on this device: {device}.</Trans>
        </ActionDialog>
      )}
    </>
  )
}
