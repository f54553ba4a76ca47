import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { UserJob } from '../../api/operations.ts'
import { useAction } from '../../parts/action.ts'
import { Button, OperationButton } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Progress } from '../../parts/progress.tsx'
import { UserLink } from '../../parts/user-link.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { useJob } from './use-job.ts'

/** How far a job is; it goes on when this is closed. */
export function JobProgress({ jobId, onClose }: { jobId: string; onClose: () => void }) {
  const { job, failure } = useJob(jobId)
  const appID = useParam('appID')
  const { state, run } = useAction(() => call('cancelUserJob', { path: { appID, userJobID: jobId } }))
  return (
    <div className="stack">
      {job ? <HowFar job={job} /> : <Waiting />}
      {failure && <ErrorNote failure={failure} />}
      {state.kind === 'refused' && <ErrorNote failure={state.failure} />}
      <div className="buttons">
        {!job?.finished_at && (
          <OperationButton operation="cancelUserJob" isBusy={state.kind === 'doing'} onClick={run}>
            <Trans>Stop here</Trans>
          </OperationButton>
        )}
        <Button kind="primary" onClick={onClose}>
          <Trans>Close</Trans>
        </Button>
      </div>
      {!job?.finished_at && (
        <p className="quiet">
          <Trans>It goes on when you close this. What is done stays done when you stop it.</Trans>
        </p>
      )}
    </div>
  )
}

function HowFar({ job }: { job: UserJob }) {
  const { t } = useLingui()
  const { status, matched, done, unchanged, failed, problem, failed_ids } = job
  const states: Record<UserJob['status'], string> = {
    counting: t`Counting whom it means`,
    running: t`Being done`,
    completed: t`Done`,
    failed: t`Not done`,
    cancelled: t`Stopped`,
  }
  return (
    <>
      <Progress
        label={states[status]}
        done={done + unchanged + failed}
        total={status === 'counting' ? undefined : matched}
      />
      <p role="status">
        <Trans>
          {done} of {matched} done.
        </Trans>{' '}
        {unchanged > 0 && <Trans>With {unchanged} there was nothing to do.</Trans>}
      </p>
      {problem && <p className="note note-error">{problem}</p>}
      {failed > 0 && (
        <div className="note note-error">
          <p>
            <Plural value={failed} one="# could not be changed:" other="# could not be changed, the first of them:" />
          </p>
          <ul>
            {failed_ids.map((id) => (
              <li key={id}>
                <UserLink id={id} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  )
}
