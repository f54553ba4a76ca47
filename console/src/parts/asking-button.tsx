import { type ComponentProps, type ReactNode, useState } from 'react'
import { OperationButton } from './button.tsx'

interface Props extends Omit<ComponentProps<typeof OperationButton>, 'onClick'> {
  /** Asks before it is done, until it is closed. */
  readonly dialog: (close: () => void) => ReactNode
}

/** A button that opens a dialog, which then calls the operation. */
export function AskingButton({ dialog, ...button }: Props) {
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <OperationButton {...button} onClick={() => setAsking(true)} />
      {isAsking && dialog(() => setAsking(false))}
    </>
  )
}
