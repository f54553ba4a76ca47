import schema from 'virtual:schema/WebhookInput'
import { useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { WebhookInput } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { type Draft, SchemaForm } from '../../parts/form/schema-form.tsx'

/** Registers a webhook, then leads to it, where it is activated. */
export function NewWebhook({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const appID = useParam('appID')
  const refresh = useRefresh()
  const navigate = useNavigate()
  const save = async (draft: Draft) => {
    const { webhook } = await call('createWebhook', { path: { appID }, body: draft as WebhookInput })
    refresh('listWebhooks')
    await navigate({ to: '/apps/$appID/webhooks/$webhookID', params: { appID, webhookID: webhook.id } as never })
    return t`The webhook is registered.`
  }
  return (
    <Dialog title={t`Register a webhook`} onClose={onClose}>
      <SchemaForm
        schema={schema}
        value={{ kind: 'push' }}
        operation="createWebhook"
        verb={t`Register`}
        save={save}
        labels={{
          kind: t`Kind`,
          url: t`Address`,
          verification_token: t`Verification token`,
          events: t`Events`,
          options: t`Options`,
          force: t`Take an address that another webhook has`,
        }}
      />
    </Dialog>
  )
}
