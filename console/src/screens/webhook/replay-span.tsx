import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import type { WebhookDetails } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { useWebhookPath } from './path.ts'

const DAY_MS = 86_400_000

/** A time as a field of the browser says it, where the reader is. */
function fieldText(time: Date): string {
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 16)
}

/** Since when something may be lost. */
const begunAt = ({ failing_since, last_success_at }: WebhookDetails): string =>
  fieldText(new Date(failing_since ?? last_success_at ?? Date.now() - DAY_MS))

interface Props {
  readonly webhook: WebhookDetails
  readonly onClose: () => void
}

/** Sends again what happened within a time, like a day on which the receiver was broken. */
export function ReplaySpan({ webhook, onClose }: Props) {
  const { t } = useLingui()
  const { appID, webhookID } = useWebhookPath()
  const refresh = useRefresh()
  const [since, setSince] = useState(() => begunAt(webhook))
  const [until, setUntil] = useState('')
  const [isAll, setAll] = useState(false)
  const look = () => refresh('getWebhook', 'listWebhookDeliveries')
  return (
    <ActionDialog
      title={t`Replay a time`}
      verb={t`Replay`}
      undo={t`It cannot be called back. An event keeps its id, so a receiver that takes each once is not disturbed.`}
      act={async () => {
        const times = { since: new Date(since).toISOString(), ...(until && { until: new Date(until).toISOString() }) }
        const body = { ...times, only_failed: !isAll }
        const { count } = await call('replayWebhook', { path: { appID, webhookID }, body })
        await look()
        return (
          <Plural value={count} _0="There was nothing to send." one="# event is sent." other="# events are sent." />
        )
      }}
      onLook={look}
      onClose={onClose}
    >
      <div className="stack">
        <TimeField label={t`Since`} value={since} onChange={setSince} isRequired />
        <TimeField label={t`Before; empty: until now`} value={until} onChange={setUntil} />
        <label className="field-switch">
          <input type="checkbox" checked={isAll} onChange={({ target }) => setAll(target.checked)} />
          <Trans>Also what was taken</Trans>
        </label>
        <p className="quiet">
          <Trans>Sent is what was not taken, and what was never sent because the webhook was inactive.</Trans>
        </p>
      </div>
    </ActionDialog>
  )
}

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (text: string) => void
  readonly isRequired?: boolean
}

function TimeField({ label, value, onChange, isRequired = false }: FieldProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        type="datetime-local"
        required={isRequired}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  )
}
