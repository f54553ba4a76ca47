import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { MessageProvider, MessageProviderInput } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { useAction } from '../../parts/action.ts'
import { ActionDialog, Unknown } from '../../parts/action-dialog.tsx'
import { OperationButton } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ProviderForm } from './provider-form.tsx'
import { TestProvider } from './test-provider.tsx'

/** A provider, and what can be done with it. */
export function ProviderLine({ provider }: { provider: MessageProvider }) {
  const { t } = useLingui()
  const [shown, setShown] = useState<'test' | 'change' | 'remove'>()
  const close = () => setShown(undefined)
  const { kind, position, id } = provider
  return (
    <li className="line">
      <div>
        <strong>
          {position}. {kind}
        </strong>
        <p className="quiet">
          <bdi>{addressIn(provider)}</bdi> <code>{id}</code>
        </p>
      </div>
      <div className="buttons">
        {position > 1 && <MoveUp provider={provider} />}
        <OperationButton
          operation="testMessageProvider"
          aria-label={t`Send a test: ${kind}`}
          onClick={() => setShown('test')}
        >
          <Trans>Send a test</Trans>
        </OperationButton>
        <OperationButton
          operation="updateMessageProvider"
          aria-label={t`Change ${kind}`}
          onClick={() => setShown('change')}
        >
          <Trans>Change</Trans>
        </OperationButton>
        <OperationButton
          operation="deleteMessageProvider"
          kind="danger"
          aria-label={t`Remove ${kind}`}
          onClick={() => setShown('remove')}
        >
          <Trans>Remove</Trans>
        </OperationButton>
      </div>
      {shown === 'test' && <TestProvider provider={provider} onClose={close} />}
      {shown === 'change' && <ProviderForm provider={provider} onClose={close} />}
      {shown === 'remove' && <RemoveProvider provider={provider} onClose={close} />}
    </li>
  )
}

/** Where it is, or from whom it sends. */
function addressIn({ options }: MessageProvider): string {
  const { host, url, from, account_sid, region } = options
  return [host ?? url ?? account_sid ?? region, from].filter((text) => typeof text === 'string').join(', ')
}

/** What the next press on the one that was before it undoes. */
function MoveUp({ provider }: { provider: MessageProvider }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const { kind, channel, options, position, id } = provider
  const path = { appID: useParam('appID'), providerID: id }
  const { state, run } = useAction(async () => {
    const body = { kind, channel, options, position: position - 1 } as MessageProviderInput
    await call('updateMessageProvider', { path, body })
    await refresh('listMessageProviders')
  })
  return (
    <>
      <OperationButton
        operation="updateMessageProvider"
        aria-label={t`Ask ${kind} earlier`}
        isBusy={state.kind === 'doing'}
        onClick={run}
      >
        <Trans>Earlier</Trans>
      </OperationButton>
      {state.kind === 'refused' && <ErrorNote failure={state.failure} />}
      {state.kind === 'unknown' && <Unknown />}
    </>
  )
}

function RemoveProvider({ provider, onClose }: { provider: MessageProvider; onClose: () => void }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const path = { appID: useParam('appID'), providerID: provider.id }
  const [isRemoved, setRemoved] = useState(false)
  const look = () => refresh('listMessageProviders')
  return (
    <ActionDialog
      title={t`Remove the provider`}
      verb={t`Remove`}
      isDangerous
      typed={provider.kind}
      undo={t`To undo it, add it again. Its secrets have to be given anew.`}
      act={async () => {
        await call('deleteMessageProvider', { path })
        setRemoved(true)
        return t`The provider is removed.`
      }}
      onLook={look}
      onClose={() => {
        if (isRemoved) look()
        onClose()
      }}
    >
      <Trans>Messages under way take the next one of the channel. Without one, nothing leaves in production.</Trans>
    </ActionDialog>
  )
}
