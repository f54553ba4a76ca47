import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import type { Operation } from '../api/call.ts'
import { ActButton } from './act-button.tsx'

interface Props {
  readonly operation: Operation
  readonly title: string
  /** What the button deletes, where several stand on one screen. */
  readonly name?: string
  /** What is to be typed. */
  readonly typed: string
  readonly undo: string
  readonly remove: () => Promise<unknown>
  readonly shownBy: readonly Operation[]
  /** What will be. */
  readonly children: ReactNode
}

/** Takes a configuration away, once its name is typed. */
export function RemoveConfig({ operation, title, name, typed, undo, remove, shownBy, children }: Props) {
  const { t } = useLingui()
  return (
    <ActButton
      operation={operation}
      kind="danger"
      label={<Trans>Delete</Trans>}
      {...(name !== undefined && { name })}
      title={title}
      verb={t`Delete`}
      isDangerous
      typed={typed}
      undo={undo}
      act={async () => {
        await remove()
        return t`It is deleted.`
      }}
      shownBy={shownBy}
    >
      {children}
    </ActButton>
  )
}
