import { Trans } from '@lingui/react/macro'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { asFailure } from '../api/failure.ts'
import { Button } from '../parts/button.tsx'
import { ErrorNote } from '../parts/error-note.tsx'

/** In the place of a screen that could not be loaded, or that broke. */
export function ScreenFailed({ error }: ErrorComponentProps) {
  return (
    <div className="stack">
      <h1>
        <Trans>This screen cannot be shown</Trans>
      </h1>
      <ErrorNote failure={asFailure(error)} />
      <Button onClick={() => location.reload()}>
        <Trans>Load the page again</Trans>
      </Button>
    </div>
  )
}
