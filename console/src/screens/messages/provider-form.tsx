import schema from 'virtual:schema/MessageProviderInput'
import { useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { MessageProvider, MessageProviderInput } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { type Draft, SchemaForm } from '../../parts/form/schema-form.tsx'

interface Props {
  /** Which one is changed; without it, one is added. */
  readonly provider?: MessageProvider
  readonly onClose: () => void
}

export function ProviderForm({ provider, onClose }: Props) {
  const { t } = useLingui()
  const appID = useParam('appID')
  const refresh = useRefresh()
  const save = async (draft: Draft) => {
    const body = draft as MessageProviderInput
    const { provider: saved } = provider
      ? await call('updateMessageProvider', { path: { appID, providerID: provider.id }, body })
      : await call('createMessageProvider', { path: { appID }, body })
    await refresh('listMessageProviders')
    return t`${saved.kind} is saved, as number ${saved.position} of its channel.`
  }
  return (
    <Dialog title={provider ? t`Change the provider` : t`Add a provider`} onClose={onClose}>
      <SchemaForm
        schema={schema}
        value={provider ? draftOf(provider) : {}}
        operation={provider ? 'updateMessageProvider' : 'createMessageProvider'}
        verb={t`Save`}
        save={save}
        labels={{ kind: t`Kind`, channel: t`Channel`, position: t`Place`, options: t`Options`, secrets: t`Secrets` }}
      />
    </Dialog>
  )
}

const draftOf = ({ kind, channel, position, options }: MessageProvider): Draft => ({ kind, channel, position, options })
