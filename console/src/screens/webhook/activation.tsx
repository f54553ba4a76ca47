import { Trans, useLingui } from '@lingui/react/macro'
import { call } from '../../api/call.ts'
import type { WebhookDetails } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { useWebhookPath } from './path.ts'

/** Has what is shown of a webhook asked for again. */
function useLook(): () => Promise<void> {
  const refresh = useRefresh()
  return () => refresh('getWebhook', 'listWebhooks', 'listWebhookDeliveries', 'getWebhookStats')
}

export function ActivateWebhook({
  webhook: { waiting, kind },
  onClose,
}: {
  webhook: WebhookDetails
  onClose: () => void
}) {
  const { t } = useLingui()
  const { appID, webhookID } = useWebhookPath()
  const look = useLook()
  return (
    <ActionDialog
      title={t`Activate the webhook`}
      verb={t`Activate`}
      undo={t`To undo it, deactivate it.`}
      act={async () => {
        await call('activateWebhook', { path: { appID, webhookID } })
        await look()
        return t`It is active.`
      }}
      onLook={look}
      onClose={onClose}
    >
      {kind === 'push' && (
        <p>
          <Trans>The address is asked with your verification token, and has to answer the number it is given.</Trans>
        </p>
      )}
      <p>
        <Trans>What waits is sent at once: {waiting} events.</Trans>
      </p>
    </ActionDialog>
  )
}

export function DeactivateWebhook({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const { appID, webhookID } = useWebhookPath()
  const look = useLook()
  return (
    <ActionDialog
      title={t`Deactivate the webhook`}
      verb={t`Deactivate`}
      isDangerous
      undo={t`To undo it, activate it, then replay the time from now on.`}
      act={async () => {
        await call('deactivateWebhook', { path: { appID, webhookID } })
        await look()
        return t`It is inactive.`
      }}
      onLook={look}
      onClose={onClose}
    >
      <Trans>It gets nothing any more, and what happens from now on does not wait for it.</Trans>
    </ActionDialog>
  )
}
