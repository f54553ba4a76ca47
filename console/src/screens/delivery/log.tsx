import { Trans } from '@lingui/react/macro'
import type { WebhookTry } from '../../api/operations.ts'
import { Time } from '../../parts/time.tsx'
import { TryOutcome } from '../../parts/try-outcome.tsx'

/** Every try, the latest first, with its answer. */
export function Log({ tries }: { tries: readonly WebhookTry[] }) {
  if (tries.length === 0) {
    return (
      <p className="quiet">
        <Trans>It was not tried yet.</Trans>
      </p>
    )
  }
  return (
    <ol className="plain-list stack">
      {tries.toReversed().map((one) => (
        <li key={one.at} className="stack">
          <Time at={one.at} />
          <TryOutcome isTaken={one.reason === undefined} tried={one} />
        </li>
      ))}
    </ol>
  )
}
