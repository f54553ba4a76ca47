import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { MessageProvider } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'

interface Props {
  readonly provider: MessageProvider
  readonly onClose: () => void
}

/** Sends a sample code by one provider, and shows what it said. */
export function TestProvider({ provider: { id, kind, channel }, onClose }: Props) {
  const { t } = useLingui()
  const path = { appID: useParam('appID'), providerID: id }
  const refresh = useRefresh()
  const [recipient, setRecipient] = useState('')
  const look = () => refresh('listMessages', 'listMailbox')
  return (
    <ActionDialog
      title={t`Send a test by ${kind}`}
      verb={t`Send`}
      undo={t`A message that has left is not called back.`}
      act={async () => {
        const { outcome } = await call('testMessageProvider', { path, body: { recipient } })
        await look()
        return outcome.status === 'sent' ? <Taken /> : <NotTaken reason={outcome.reason} />
      }}
      onLook={look}
      onClose={onClose}
    >
      <label className="field">
        <span>{channel === 'email' ? <Trans>E-mail address</Trans> : <Trans>Phone number, with +</Trans>}</span>
        <input
          type={channel === 'email' ? 'email' : 'tel'}
          required
          value={recipient}
          autoComplete="off"
          onChange={({ target }) => setRecipient(target.value.trim())}
        />
      </label>
    </ActionDialog>
  )
}

function Taken() {
  return (
    <p className="note">
      <Trans>The provider took it. Whether it arrives, only the recipient can tell.</Trans>
    </p>
  )
}

function NotTaken({ reason }: { reason: string | null }) {
  return (
    <div className="note note-error">
      <p>
        <Trans>The provider did not take it.</Trans>
      </p>
      {reason && <p>{reason}</p>}
    </div>
  )
}
