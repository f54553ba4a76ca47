import { Trans } from '@lingui/react/macro'

/** While an answer is on its way. */
export function Waiting() {
  return (
    <p className="waiting" role="status">
      <span className="spinner" aria-hidden="true" /> <Trans>Loading</Trans>
    </p>
  )
}
