import schema from 'virtual:schema/WebhookChange'
import { useLingui } from '@lingui/react/macro'
import { call } from '../../api/call.ts'
import type { WebhookChange, WebhookDetails } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import type { Schema } from '../../parts/form/schema.ts'
import { type Draft, SchemaForm } from '../../parts/form/schema-form.tsx'
import { useWebhookPath } from './path.ts'

/** What can be changed of one that is pulled, which has no address. */
function schemaFor(kind: WebhookDetails['kind']): Schema {
  const { events, options } = schema.properties ?? {}
  return kind === 'pull' && events && options ? { ...schema, properties: { events, options } } : schema
}

export function Settings({ webhook: { kind, url, events, options } }: { webhook: WebhookDetails }) {
  const { t } = useLingui()
  const { appID, webhookID } = useWebhookPath()
  const refresh = useRefresh()
  const save = async (draft: Draft) => {
    const { webhook } = await call('updateWebhook', { path: { appID, webhookID }, body: draft as WebhookChange })
    await refresh('getWebhook', 'listWebhooks')
    return webhook.active ? t`It is saved.` : t`It is saved. Activate it, so that it gets events.`
  }
  return (
    <SchemaForm
      schema={schemaFor(kind)}
      value={{ ...(url && { url }), events, options }}
      operation="updateWebhook"
      verb={t`Save`}
      save={save}
      labels={{
        url: t`Address; with another one it has to be activated again`,
        verification_token: t`Verification token`,
        events: t`Events`,
        options: t`Options`,
        force: t`Take an address that another webhook has`,
      }}
    />
  )
}
