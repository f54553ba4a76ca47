import { Trans, useLingui } from '@lingui/react/macro'
import { call } from '../../api/call.ts'
import type { ParkedJob } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { useAction } from '../../parts/action.ts'
import { Unknown } from '../../parts/action-dialog.tsx'
import { announce } from '../../parts/announce.tsx'
import { OperationButton } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'

/** Nobody is asked first: a job that fails again comes back here. */
export function RetryJob({ job: { id, kind } }: { job: ParkedJob }) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const { state, run } = useAction(async () => {
    await call('retryJob', { path: { jobID: id } })
    announce(t`The job is tried again.`)
    await refresh('listParkedJobs', 'getHealth')
  })
  return (
    <>
      <OperationButton
        operation="retryJob"
        aria-label={t`Try again: ${kind}`}
        isBusy={state.kind === 'doing'}
        onClick={run}
      >
        <Trans>Try again</Trans>
      </OperationButton>
      {state.kind === 'refused' && <ErrorNote failure={state.failure} />}
      {state.kind === 'unknown' && <Unknown />}
    </>
  )
}
