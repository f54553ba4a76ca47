import { Trans } from '@lingui/react/macro'
import { type ReactNode, useState } from 'react'
import type { Operation } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { ActionDialog } from '../../parts/action-dialog.tsx'
import { OperationButton } from '../../parts/button.tsx'

interface Props {
  readonly operation: Operation
  /** What of the user is taken away, for whoever hears the button. */
  readonly name: string
  readonly title: string
  readonly undo: string
  readonly said: string
  readonly remove: () => Promise<unknown>
  /** What then is to be asked for again. */
  readonly shownBy: Operation
  readonly children: ReactNode
}

/** Takes something from the user, once whoever presses it has read what that means. */
export function Removal({ operation, name, title, undo, said, remove, shownBy, children }: Props) {
  const [isAsking, setAsking] = useState(false)
  const refresh = useRefresh()
  const look = () => refresh(shownBy, 'listEvents')
  const close = () => {
    setAsking(false)
    look()
  }
  return (
    <>
      <OperationButton operation={operation} aria-label={`${title}: ${name}`} onClick={() => setAsking(true)}>
        <Trans>Remove</Trans>
      </OperationButton>
      {isAsking && (
        <ActionDialog
          title={`${title}: ${name}`}
          verb={title}
          isDangerous
          undo={undo}
          act={async () => {
            await remove()
            return said
          }}
          onLook={look}
          onClose={close}
        >
          {children}
        </ActionDialog>
      )}
    </>
  )
}
