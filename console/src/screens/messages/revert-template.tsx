import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { MessageTemplate } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { OperationButton } from '../../parts/button.tsx'

/** Deletes an application’s own words, so that those of the server are used again. */
export function RevertTemplate({ template: one }: { template: MessageTemplate }) {
  const { t } = useLingui()
  const { template, channel, locale } = one
  const path = { appID: useParam('appID'), template, channel, locale }
  const refresh = useRefresh()
  const [isAsking, setAsking] = useState(false)
  const [isReverted, setReverted] = useState(false)
  const look = () => refresh('listMessageTemplates')
  const close = () => {
    setAsking(false)
    if (isReverted) look()
  }
  return (
    <>
      <OperationButton
        operation="deleteMessageTemplate"
        kind="danger"
        aria-label={t`Revert ${template}, ${channel}, ${locale}`}
        onClick={() => setAsking(true)}
      >
        <Trans>Revert</Trans>
      </OperationButton>
      {isAsking && (
        <ActionDialog
          title={t`Revert to the built-in text`}
          verb={t`Revert`}
          isDangerous
          typed={template}
          undo={t`It cannot be undone. Copy the text first if you may want it again.`}
          act={async () => {
            await call('deleteMessageTemplate', { path })
            setReverted(true)
            return t`The text is reverted.`
          }}
          onLook={look}
          onClose={close}
        >
          <Trans>Your own text goes. The next message has the built-in one.</Trans>
        </ActionDialog>
      )}
    </>
  )
}
