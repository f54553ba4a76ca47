import { useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Operation } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { useAction } from '../../parts/action.ts'
import { Unknown } from '../../parts/action-dialog.tsx'
import { OperationButton } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'

interface Props {
  readonly operation: Operation
  readonly change: () => Promise<unknown>
  /** What then is to be asked for again. */
  readonly shownBy: Operation
  readonly label: string
  readonly children: ReactNode
}

/** A change of a right that the next press undoes, so that nobody is asked first. */
export function RightButton({ operation, change, shownBy, label, children }: Props) {
  const { t } = useLingui()
  const refresh = useRefresh()
  const { state, run } = useAction(async () => {
    await change()
    await refresh(shownBy, 'listEvents')
  })
  return (
    <>
      <OperationButton operation={operation} aria-label={label} isBusy={state.kind === 'doing'} onClick={run}>
        {children}
      </OperationButton>
      {state.kind === 'refused' && <ErrorNote failure={state.failure} />}
      {state.kind === 'unknown' && <Unknown />}
      <span className="unseen" role="status">
        {state.kind === 'done' ? t`Done` : ''}
      </span>
    </>
  )
}
