import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import type { TestWebhookResponse, WebhookDetails } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { TryOutcome } from '../../parts/try-outcome.tsx'
import { useWebhookPath } from './path.ts'
import { EVENT_TYPES, type EventType } from './question.ts'

interface Props {
  readonly webhook: WebhookDetails
  readonly onClose: () => void
}

/** Sends a sample of an event, and shows what the address answered. */
export function TestWebhook({ webhook, onClose }: Props) {
  const { t } = useLingui()
  const { appID, webhookID } = useWebhookPath()
  const refresh = useRefresh()
  const wanted = EVENT_TYPES.filter((type) => webhook.events.includes(type))
  const offered = wanted.length > 0 ? wanted : EVENT_TYPES
  const [event, setEvent] = useState<EventType>(offered[0] ?? 'user.created')
  return (
    <ActionDialog
      title={t`Send a test`}
      verb={t`Send`}
      undo={t`The body says "test": true, and its event means nobody.`}
      act={async () => <Told told={await call('testWebhook', { path: { appID, webhookID }, body: { event } })} />}
      onLook={() => refresh('getWebhook')}
      onClose={onClose}
    >
      <label className="field">
        <span>
          <Trans>Event</Trans>
        </span>
        <select value={event} onChange={({ target }) => setEvent(target.value as EventType)}>
          {offered.map((type) => (
            <option key={type}>{type}</option>
          ))}
        </select>
      </label>
    </ActionDialog>
  )
}

function Told({ told: { delivered, body, try: tried } }: { told: TestWebhookResponse }) {
  return (
    <div className="stack">
      <TryOutcome isTaken={delivered} tried={tried} />
      <details>
        <summary>
          <Trans>What was sent</Trans>
        </summary>
        <pre className="wire">{body}</pre>
      </details>
    </div>
  )
}
