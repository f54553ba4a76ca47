import { Trans } from '@lingui/react/macro'
import { useState } from 'react'
import type { WebhookDetails } from '../../api/operations.ts'
import { OperationButton } from '../../parts/button.tsx'
import { ActivateWebhook, DeactivateWebhook } from './activation.tsx'
import { DeleteWebhook } from './delete-webhook.tsx'
import { ReplaySpan } from './replay-span.tsx'
import { TestWebhook } from './test-webhook.tsx'

/** What can be done with a webhook. */
export function WebhookActions({ webhook }: { webhook: WebhookDetails }) {
  const [shown, setShown] = useState<'activate' | 'deactivate' | 'test' | 'replay' | 'delete'>()
  const close = () => setShown(undefined)
  return (
    <>
      {webhook.active ? (
        <OperationButton operation="deactivateWebhook" onClick={() => setShown('deactivate')}>
          <Trans>Deactivate</Trans>
        </OperationButton>
      ) : (
        <OperationButton operation="activateWebhook" kind="primary" onClick={() => setShown('activate')}>
          <Trans>Activate</Trans>
        </OperationButton>
      )}
      {webhook.kind === 'push' && (
        <OperationButton operation="testWebhook" onClick={() => setShown('test')}>
          <Trans>Send a test</Trans>
        </OperationButton>
      )}
      <OperationButton operation="replayWebhook" onClick={() => setShown('replay')}>
        <Trans>Replay a time</Trans>
      </OperationButton>
      <OperationButton operation="deleteWebhook" kind="danger" onClick={() => setShown('delete')}>
        <Trans>Delete</Trans>
      </OperationButton>
      {shown === 'activate' && <ActivateWebhook webhook={webhook} onClose={close} />}
      {shown === 'deactivate' && <DeactivateWebhook onClose={close} />}
      {shown === 'test' && <TestWebhook webhook={webhook} onClose={close} />}
      {shown === 'replay' && <ReplaySpan webhook={webhook} onClose={close} />}
      {shown === 'delete' && <DeleteWebhook onClose={close} />}
    </>
  )
}
