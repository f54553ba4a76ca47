import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { WebhookDetails, WebhookStatsResponse } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Fact } from '../../parts/fact.tsx'
import { Time } from '../../parts/time.tsx'
import { WebhookStatus } from '../../parts/webhook-status.tsx'
import { useWebhookPath } from './path.ts'
import { Trouble } from './trouble.tsx'

/** Whether the other side takes what it is sent, and what waits for it. */
export function Health({ webhook }: { webhook: WebhookDetails }) {
  const { status, waiting, stuck, oldest_waiting_at, last_sequence, committed, events } = webhook
  return (
    <div className="stack">
      <Trouble webhook={webhook} />
      <dl className="facts">
        <Fact name={<Trans>Status</Trans>}>
          <WebhookStatus status={status} />
        </Fact>
        <Fact name={<Trans>Events that wait</Trans>}>{waiting}</Fact>
        <Fact name={<Trans>The oldest of them</Trans>}>{timeOr(oldest_waiting_at, <Trans>none</Trans>)}</Fact>
        <Fact name={<Trans>Set aside</Trans>}>{stuck}</Fact>
        <Fact name={<Trans>Taken last</Trans>}>{timeOr(webhook.last_success_at, <Trans>never</Trans>)}</Fact>
        <Fact name={<Trans>Last answer</Trans>}>
          {webhook.last_http_code} {timeOr(webhook.last_http_code_date, <Trans>none</Trans>)}
        </Fact>
        <Fact name={<Trans>Number of the last event</Trans>}>{last_sequence}</Fact>
        {committed !== undefined && <Fact name={<Trans>Taken up to number</Trans>}>{committed}</Fact>}
        <Fact name={<Trans>Events it wants</Trans>}>{events.join(', ') || <Trans>none</Trans>}</Fact>
      </dl>
      {webhook.kind === 'push' && <Hours />}
    </div>
  )
}

const timeOr = (at: string | undefined, otherwise: ReactNode): ReactNode => (at ? <Time at={at} /> : otherwise)

type Hour = WebhookStatsResponse['hours'][number]

const COLUMNS: readonly Column<Hour>[] = [
  { id: 'hour', header: msg`Hour`, cell: ({ hour }) => <Time at={hour} isInTable /> },
  { id: 'sent', header: msg`Taken`, cell: ({ sent }) => sent },
  { id: 'failed', header: msg`Not taken`, cell: ({ failed }) => failed },
  { id: 'p50', header: msg`Half within`, cell: ({ p50_ms }) => `${p50_ms} ms` },
  { id: 'p95', header: msg`95 of 100 within`, cell: ({ p95_ms }) => `${p95_ms} ms` },
]

/** How the tries of a day went. */
function Hours() {
  const { t } = useLingui()
  const { appID, webhookID } = useWebhookPath()
  const { data, error, isFetching, refetch } = useRead('getWebhookStats', { path: { appID, webhookID } })
  return (
    <section className="stack">
      <h2>
        <Trans>Tries of the last 24 hours</Trans>
      </h2>
      <DataTable
        label={t`Tries of the last 24 hours`}
        columns={COLUMNS}
        rows={data?.hours.toReversed()}
        idOf={({ hour }) => hour}
        failure={error}
        isFetching={isFetching}
        onRetry={() => refetch()}
        empty={
          <EmptyState title={<Trans>Nothing was sent</Trans>}>
            <Trans>Send a test to see what the address answers.</Trans>
          </EmptyState>
        }
      />
    </section>
  )
}
