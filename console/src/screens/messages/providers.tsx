import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam } from '../../address.ts'
import type { MessageProvider } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { OperationButton } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { Channel } from './channel.tsx'
import { ProviderForm } from './provider-form.tsx'
import { ProviderLine } from './provider-line.tsx'

const CHANNELS = ['email', 'sms'] as const

/** Who delivers, by channel, in the order in which they are tried. */
export function Providers() {
  const { data, error, refetch } = useRead('listMessageProviders', { path: { appID: useParam('appID') } })
  const [isAdding, setAdding] = useState(false)
  if (error) return <ErrorNote failure={error} onRetry={() => refetch()} />
  if (!data) return <Waiting />
  return (
    <div className="stack">
      <p className="quiet">
        <Trans>The first of a channel is asked first; the next one when it does not take the message.</Trans>
      </p>
      {CHANNELS.map((channel) => (
        <OfChannel
          key={channel}
          channel={channel}
          providers={data.providers.filter((provider) => provider.channel === channel)}
        />
      ))}
      <div>
        <OperationButton operation="createMessageProvider" kind="primary" onClick={() => setAdding(true)}>
          <Trans>Add a provider</Trans>
        </OperationButton>
      </div>
      {isAdding && <ProviderForm onClose={() => setAdding(false)} />}
    </div>
  )
}

interface Props {
  readonly channel: MessageProvider['channel']
  readonly providers: readonly MessageProvider[]
}

function OfChannel({ channel, providers }: Props) {
  return (
    <section className="stack">
      <h2>
        <Channel channel={channel} />
      </h2>
      {providers.length === 0 ? (
        <Nobody />
      ) : (
        <ol className="plain-list lines">
          {providers.map((provider) => (
            <ProviderLine key={provider.id} provider={provider} />
          ))}
        </ol>
      )}
    </section>
  )
}

function Nobody() {
  const { t } = useLingui()
  return (
    <EmptyState title={t`Nobody delivers`}>
      <Trans>In development the mailbox keeps the messages; in production nothing leaves. Add a provider.</Trans>
    </EmptyState>
  )
}
