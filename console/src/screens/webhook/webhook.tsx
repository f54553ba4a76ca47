import { useLingui } from '@lingui/react/macro'
import { useSearchState } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import { useRead } from '../../api/query.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { Deliveries } from './deliveries.tsx'
import { Health } from './health.tsx'
import { useWebhookPath } from './path.ts'
import { questionIn } from './question.ts'
import { Settings } from './settings.tsx'
import { WebhookActions } from './webhook-actions.tsx'

export default function Webhook() {
  const { t } = useLingui()
  const { appID, webhookID } = useWebhookPath()
  const path = { appID, webhookID }
  const { search } = useSearchState()
  const { data, error, refetch } = useRead('getWebhook', { path })
  const title = data ? (data.webhook.url ?? t`Pulled webhook`) : webhookID
  const requests = [
    requestOf('getWebhook', { path }),
    search.tab === 'deliveries'
      ? requestOf('listWebhookDeliveries', { path, query: questionIn(search) })
      : requestOf('getWebhookStats', { path }),
  ]
  return (
    <div className="stack">
      <ScreenHead title={title} requests={requests}>
        {data && <WebhookActions webhook={data.webhook} />}
      </ScreenHead>
      <p className="id-line">
        <code>{webhookID}</code> <CopyButton text={webhookID} />
      </p>
      {error && <ErrorNote failure={error} onRetry={() => refetch()} />}
      {!(error || data) && <Waiting />}
      {!error && data && (
        <Tabs
          label={t`What there is of the webhook`}
          tabs={[
            { id: 'health', label: t`Health`, content: () => <Health webhook={data.webhook} /> },
            { id: 'deliveries', label: t`Deliveries`, content: () => <Deliveries /> },
            { id: 'settings', label: t`Settings`, content: () => <Settings webhook={data.webhook} /> },
          ]}
        />
      )}
    </div>
  )
}
