import { Trans, useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { useWebhookPath } from './path.ts'

export function DeleteWebhook({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const { appID, webhookID } = useWebhookPath()
  const refresh = useRefresh()
  const navigate = useNavigate()
  const [isDeleted, setDeleted] = useState(false)
  const close = () => {
    onClose()
    if (!isDeleted) return
    refresh('listWebhooks')
    navigate({ to: '/apps/$appID/webhooks', params: { appID } })
  }
  return (
    <ActionDialog
      title={t`Delete the webhook`}
      verb={t`Delete for good`}
      isDangerous
      typed={webhookID}
      undo={t`It cannot be undone. Deactivating it keeps its log.`}
      act={async () => {
        await call('deleteWebhook', { path: { appID, webhookID } })
        setDeleted(true)
        return t`The webhook is deleted.`
      }}
      onLook={() => refresh('getWebhook')}
      onClose={close}
    >
      <Trans>It goes, with its log and what waits for it.</Trans>
    </ActionDialog>
  )
}
