import { Trans, useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { refreshSession } from '../../api/session.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'

export function DeleteApplication({ appID, onClose }: { appID: string; onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const navigate = useNavigate()
  const [isDeleted, setDeleted] = useState(false)
  const close = async () => {
    onClose()
    if (!isDeleted) return
    await navigate({ to: '/instance/applications' })
    await Promise.all([refresh('listApplications'), refreshSession()])
  }
  return (
    <ActionDialog
      title={t`Delete the application`}
      verb={t`Delete for good`}
      isDangerous
      typed={appID}
      undo={t`It cannot be undone, and the id is never given out again.`}
      act={async () => {
        await call('deleteApplication', { path: { appID } })
        setDeleted(true)
        return t`The application is deleted.`
      }}
      onLook={() => refresh('getApplication')}
      onClose={close}
    >
      <Trans>It goes with its users, their sessions, its keys and settings. Everybody is logged out at once.</Trans>
    </ActionDialog>
  )
}
