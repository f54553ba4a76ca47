import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { OperationButton } from '../../parts/button.tsx'
import { TryOutcome } from '../../parts/try-outcome.tsx'

interface Props {
  readonly path: { appID: string; webhookID: string; deliveryID: string }
}

/** Sends one delivery again, now, and shows what it was answered. */
export function Replay({ path }: Props) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const [isAsking, setAsking] = useState(false)
  const look = () => refresh('getWebhookDelivery', 'listWebhookDeliveries', 'getWebhook')
  return (
    <>
      <OperationButton operation="replayWebhookDelivery" onClick={() => setAsking(true)}>
        <Trans>Replay</Trans>
      </OperationButton>
      {isAsking && (
        <ActionDialog
          title={t`Replay the delivery`}
          verb={t`Replay`}
          undo={t`It cannot be called back. An event keeps its id, so a receiver that takes each once is not disturbed.`}
          act={async () => {
            const { try: tried } = await call('replayWebhookDelivery', { path })
            await look()
            return <TryOutcome isTaken={tried.reason === undefined} tried={tried} />
          }}
          onLook={look}
          onClose={() => setAsking(false)}
        >
          <Trans>The same events are sent again now, once. Whether the webhook is well is not judged by it.</Trans>
        </ActionDialog>
      )}
    </>
  )
}
