import { Plural, Trans } from '@lingui/react/macro'
import type { WebhookDetails } from '../../api/operations.ts'
import { Time } from '../../parts/time.tsx'

/** What is not as it should be with a webhook, and what to do. */
export function Trouble({ webhook }: { webhook: WebhookDetails }) {
  const { stuck } = webhook
  return (
    <>
      <State webhook={webhook} />
      {stuck > 0 && (
        <p className="note note-warn">
          <Plural
            value={stuck}
            one="# event was set aside, for it alone was never taken. Put the receiver right, then replay its time."
            other="# events were set aside, for they alone were never taken. Put the receiver right, then replay their time."
          />
        </p>
      )}
    </>
  )
}

function State({
  webhook: { status, paused_reason, failing_since, pauses_at, next_try_at },
}: {
  webhook: WebhookDetails
}) {
  if (status === 'failing' && failing_since) {
    return (
      <div className="note note-warn">
        <p>
          <Trans>
            Nothing was taken since <Time at={failing_since} />.
          </Trans>{' '}
          {next_try_at && (
            <Trans>
              It is tried again at <Time at={next_try_at} />.
            </Trans>
          )}
        </p>
        {pauses_at && (
          <p>
            <Trans>
              Unless something is taken before, it is paused at <Time at={pauses_at} />. Nothing is dropped.
            </Trans>
          </p>
        )}
      </div>
    )
  }
  if (status === 'paused') {
    return (
      <div className="note note-error">
        <Reason reason={paused_reason} />
        <p>
          <Trans>Put the receiver right, then activate it: what waits is sent at once.</Trans>
        </p>
      </div>
    )
  }
  return status === 'inactive' ? (
    <p className="note">
      <Trans>It gets nothing until it is activated. What happens meanwhile can be replayed afterwards.</Trans>
    </p>
  ) : null
}

function Reason({ reason }: { reason: WebhookDetails['paused_reason'] }) {
  return (
    <p>
      {reason === 'gone' && <Trans>It is paused, for the address answered 410, gone.</Trans>}
      {reason === 'overfull' && <Trans>It is paused, for a million events wait.</Trans>}
      {reason === 'failing' && <Trans>It is paused, for nothing was taken within 14 days.</Trans>}
    </p>
  )
}
