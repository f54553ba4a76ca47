import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { useAction } from '../../parts/action.ts'
import { Unknown } from '../../parts/action-dialog.tsx'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import type { BulkAction } from './bulk-actions.ts'
import { BulkQuestion } from './bulk-question.tsx'
import { JobProgress } from './job-progress.tsx'
import type { JobFilter } from './question.ts'

interface Props {
  readonly action: BulkAction
  readonly filter: JobFilter
  readonly onClose: (isDone: boolean) => void
}

/** Counts whom it means, asks for their number, has the server do it, and shows how far it is. */
export function BulkDialog({ action, filter, onClose }: Props) {
  const { i18n } = useLingui()
  const appID = useParam('appID')
  const refresh = useRefresh()
  const [wanted, setWanted] = useState({ count: 0, group: '' })
  const { state, run } = useAction(async () => {
    const body = {
      action: action.action,
      filter,
      expect_count: wanted.count,
      ...(wanted.group && { group: wanted.group }),
    }
    return (await call('createUserJob', { path: { appID }, body })).job.id
  })
  const close = () => {
    if (state.kind === 'done' || state.kind === 'unknown') refresh('listUsers', 'getUser')
    onClose(state.kind === 'done')
  }
  return (
    <Dialog title={i18n._(action.label)} onClose={close} isBusy={state.kind === 'doing'}>
      {state.kind === 'done' && <JobProgress jobId={state.said} onClose={close} />}
      {state.kind === 'unknown' && (
        <div className="stack">
          <Unknown />
          <Button kind="primary" onClick={close}>
            <Trans>Look how it is now</Trans>
          </Button>
        </div>
      )}
      {(state.kind === 'asking' || state.kind === 'doing' || state.kind === 'refused') && (
        <BulkQuestion action={action} filter={filter} state={state} onWant={setWanted} onSubmit={run} onClose={close} />
      )}
    </Dialog>
  )
}
