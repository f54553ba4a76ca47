import { Trans } from '@lingui/react/macro'
import type { Failure } from '../api/failure.ts'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'

interface Props {
  readonly failure: Failure
  readonly onRetry?: () => void
}

/** What went wrong, as the server said it, for as long as it is so. */
export function ErrorNote({ failure, onRetry }: Props) {
  const { code, requestId, isLost } = failure
  return (
    <div className="note note-error" role="alert">
      <p>{isLost ? <Trans>The server did not answer.</Trans> : failure.message}</p>
      <p className="quiet">
        <code>{code}</code>
        {requestId && (
          <>
            {' · '}
            <Trans>Request</Trans> <code>{requestId}</code> <CopyButton text={requestId} />
          </>
        )}
      </p>
      {onRetry && (
        <Button onClick={onRetry}>
          <Trans>Try again</Trans>
        </Button>
      )}
    </div>
  )
}
