import { type ComponentProps, type ReactNode, useState } from 'react'
import type { Operation } from '../api/call.ts'
import { useRefresh } from '../api/query.ts'
import { ActionDialog } from './action-dialog.tsx'
import { OperationButton } from './button.tsx'

interface Props extends Pick<ComponentProps<typeof ActionDialog>, 'title' | 'verb' | 'undo' | 'typed' | 'isDangerous'> {
  readonly operation: Operation
  readonly label: ReactNode
  readonly kind?: 'plain' | 'primary' | 'danger'
  /** What the button is about, for whoever hears it. */
  readonly name?: string
  readonly act: () => Promise<ReactNode>
  /** What is to be asked for again once it is closed. */
  readonly shownBy: readonly Operation[]
  readonly onDone?: () => void
  /** What will be. */
  readonly children: ReactNode
}

/** A button that asks in a dialog before it calls an operation. */
export function ActButton({ operation, label, kind, name, act, shownBy, onDone, children, ...question }: Props) {
  const [isAsking, setAsking] = useState(false)
  const [isDone, setDone] = useState(false)
  const refresh = useRefresh()
  const look = () => refresh(...shownBy)
  const close = () => {
    setAsking(false)
    look()
    if (isDone) onDone?.()
  }
  const spoken = name === undefined ? {} : { 'aria-label': `${question.verb}: ${name}` }
  return (
    <>
      <OperationButton operation={operation} {...(kind && { kind })} {...spoken} onClick={() => setAsking(true)}>
        {label}
      </OperationButton>
      {isAsking && (
        <ActionDialog
          {...question}
          act={async () => {
            const said = await act()
            setDone(true)
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
