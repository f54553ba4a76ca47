import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import type { Message as Sent } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Fact } from '../../parts/fact.tsx'
import { MessageStatus } from '../../parts/message-status.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { Time } from '../../parts/time.tsx'
import { Waiting } from '../../parts/waiting.tsx'

/** How often it is asked again: a message may be under way. */
const EVERY_MS = 10_000

export default function Message() {
  const { t } = useLingui()
  const path = { appID: useParam('appID'), messageID: useParam('messageID') }
  const { data, error, refetch } = useRead('getMessage', { path }, { everyMs: EVERY_MS })
  return (
    <div className="stack">
      <ScreenHead title={t`Message`} requests={[requestOf('getMessage', { path })]} />
      <p className="id-line">
        <code>{path.messageID}</code> <CopyButton text={path.messageID} />
      </p>
      {error && <ErrorNote failure={error} onRetry={() => refetch()} />}
      {!error && (data ? <Facts message={data.message} /> : <Waiting />)}
      <p>
        <ScreenLink to="/apps/$appID/messages" params={{ appID: path.appID }}>
          <Trans>All messages</Trans>
        </ScreenLink>
      </p>
    </div>
  )
}

function Facts({ message }: { message: Sent }) {
  const { channel, recipient, template, locale, status, provider, provider_id, reason } = message
  return (
    <>
      <dl className="facts">
        <Fact name={<Trans>Status</Trans>}>
          <MessageStatus status={status} />
        </Fact>
        <Fact name={<Trans>To</Trans>}>
          <bdi dir="ltr">{recipient}</bdi> ({channel === 'email' ? <Trans>e-mail</Trans> : <Trans>SMS</Trans>})
        </Fact>
        <Fact name={<Trans>Text</Trans>}>
          {template} ({locale})
        </Fact>
        <Fact name={<Trans>Taken by</Trans>}>{provider ?? <Trans>nobody</Trans>}</Fact>
        {provider_id && (
          <Fact name={<Trans>Its id there</Trans>}>
            <code>{provider_id}</code> <CopyButton text={provider_id} />
          </Fact>
        )}
        <Fact name={<Trans>Made</Trans>}>
          <Time at={message.created_at} />
        </Fact>
        <Fact name={<Trans>Changed last</Trans>}>
          <Time at={message.updated_at} />
        </Fact>
        <Fact name={<Trans>Not tried any more after</Trans>}>
          <Time at={message.expires_at} />
        </Fact>
      </dl>
      {reason && (
        <section className="stack">
          <h2>
            <Trans>What the providers said that did not take it</Trans>
          </h2>
          <p className="note note-error">{reason}</p>
        </section>
      )}
    </>
  )
}
