import { Trans } from '@lingui/react/macro'
import type { WebhookTry } from '../api/operations.ts'

interface Props {
  readonly isTaken: boolean
  readonly tried: WebhookTry
}

/** What a receiver answered, as it wrote it. */
export function TryOutcome({ isTaken, tried: { http_code, duration_ms, reason, answer } }: Props) {
  return (
    <div className={isTaken ? 'note' : 'note note-error'}>
      <p>
        {isTaken ? <Trans>It was taken.</Trans> : <Trans>It was not taken.</Trans>} {http_code} · {duration_ms} ms
      </p>
      {reason && <p>{reason}</p>}
      {answer && <pre className="wire">{answer}</pre>}
    </div>
  )
}
