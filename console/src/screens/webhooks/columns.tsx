import { msg } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import type { Webhook } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import type { Column } from '../../parts/data-table.tsx'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { Time } from '../../parts/time.tsx'
import { WebhookStatus } from '../../parts/webhook-status.tsx'

export const COLUMNS: readonly Column<Webhook>[] = [
  { id: 'address', header: msg`Address`, cell: (webhook) => <Address webhook={webhook} /> },
  { id: 'status', header: msg`Status`, cell: ({ status }) => <WebhookStatus status={status} /> },
  { id: 'waiting', header: msg`Waiting`, cell: ({ id }) => <Queue id={id} /> },
  { id: 'answer', header: msg`Last answer`, cell: (webhook) => <LastAnswer webhook={webhook} /> },
  {
    id: 'taken',
    header: msg`Taken last`,
    cell: ({ last_success_at }) => (last_success_at ? <Time at={last_success_at} isInTable /> : <Trans>never</Trans>),
  },
  { id: 'events', header: msg`Types of events`, cell: ({ events }) => events.length },
]

function Address({ webhook: { id, url } }: { webhook: Webhook }) {
  const appID = useParam('appID')
  return (
    <ScreenLink to="/apps/$appID/webhooks/$webhookID" params={{ appID, webhookID: id }} className="id wide">
      {url ?? <Trans>{id}, pulled</Trans>}
    </ScreenLink>
  )
}

/** What waits is counted for one webhook at a time. */
function Queue({ id }: Pick<Webhook, 'id'>) {
  const { data, error } = useRead('getWebhook', { path: { appID: useParam('appID'), webhookID: id } })
  if (error) return <code>{error.code}</code>
  if (!data) return '…'
  const { waiting, oldest_waiting_at, stuck } = data.webhook
  return (
    <>
      {waiting}
      {oldest_waiting_at && (
        <p className="quiet">
          <Trans>
            since <Time at={oldest_waiting_at} isInTable />
          </Trans>
        </p>
      )}
      {stuck > 0 && (
        <p className="quiet">
          <Trans>{stuck} set aside</Trans>
        </p>
      )}
    </>
  )
}

function LastAnswer({ webhook: { last_http_code, last_http_code_date } }: { webhook: Webhook }) {
  if (last_http_code_date === undefined) return <Trans>none</Trans>
  return (
    <>
      {last_http_code}
      <p className="quiet">
        <Time at={last_http_code_date} isInTable />
      </p>
    </>
  )
}
