import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useSearchState } from '../../address.ts'
import { OperationButton } from '../../parts/button.tsx'
import type { Selection } from '../../parts/data-table.tsx'
import { ACTIONS, type BulkAction } from './bulk-actions.ts'
import { BulkDialog } from './bulk-dialog.tsx'
import { jobFilterIn } from './question.ts'

interface Props {
  /** Rows that are selected; with none, all that the filters leave are meant. */
  readonly chosen: Selection
  readonly onDone: () => void
}

/** What can be done to many users at once. */
export function BulkBar({ chosen, onDone }: Props) {
  const { i18n } = useLingui()
  const { search } = useSearchState()
  const [action, setAction] = useState<BulkAction>()
  const ids = Object.keys(chosen)
  const filter = ids.length > 0 ? { ids } : jobFilterIn(search)
  return (
    <fieldset className="bulk">
      <legend className="unseen">
        <Trans>With many users</Trans>
      </legend>
      <span className="bulk-whom">
        {ids.length > 0 ? (
          <Plural value={ids.length} one="# user selected" other="# users selected" />
        ) : (
          <Trans>All that the filters leave</Trans>
        )}
      </span>
      {ACTIONS.map((one) => (
        <OperationButton key={one.action} operation="createUserJob" onClick={() => setAction(one)}>
          {i18n._(one.label)}
        </OperationButton>
      ))}
      {action && (
        <BulkDialog
          action={action}
          filter={filter}
          onClose={(isDone) => {
            setAction(undefined)
            if (isDone) onDone()
          }}
        />
      )}
    </fieldset>
  )
}
