import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import type { Mode } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { refreshSession } from '../../api/session.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'

interface Props extends Mode {
  readonly appID: string
  readonly onClose: () => void
}

export function ChangeMode({ appID, mode, onClose }: Props) {
  const { t } = useLingui()
  const refresh = useRefresh()
  // What was asked for stays what it was, also once the application is shown as changed.
  const [isProduction] = useState(mode === 'prod')
  const look = async () => {
    await Promise.all([refresh('getApplication', 'listApplications'), refreshSession()])
  }
  return (
    <ActionDialog
      title={isProduction ? t`Set to development` : t`Set to production`}
      verb={isProduction ? t`Set to development` : t`Set to production`}
      isDangerous={isProduction}
      {...(isProduction && { typed: appID })}
      undo={t`To undo it, change it back.`}
      act={async () => {
        await call('updateMode', { path: { appID }, body: { mode: isProduction ? 'dev' : 'prod' } })
        await look()
        return isProduction ? t`It is in development.` : t`It is in production.`
      }}
      onLook={look}
      onClose={onClose}
    >
      {isProduction ? (
        <Trans>
          Messages go to a mailbox instead of to people, and whoever may mint makes tokens for anybody: users cannot log
          in as before.
        </Trans>
      ) : (
        <Trans>Messages go to people, by the providers that are set up, and nobody mints tokens any more.</Trans>
      )}
    </ActionDialog>
  )
}
