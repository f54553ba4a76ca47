import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, type ReactNode, useState } from 'react'
import { type ActionState, useAction } from './action.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorNote } from './error-note.tsx'
import { isTyped, TypedConfirmation } from './typed-confirmation.tsx'

interface Props {
  readonly title: string
  /** What will be. */
  readonly children: ReactNode
  /** How it is undone, or that it cannot be. */
  readonly undo: string
  /** What the button says. */
  readonly verb: string
  readonly isDangerous?: boolean
  /** A name or number to be typed first. */
  readonly typed?: string
  /** Does it, and tells what the server said. */
  readonly act: () => Promise<ReactNode>
  /** Asks the server how it is now, when an answer was lost. */
  readonly onLook: () => void
  readonly onClose: () => void
}

/** Asks before something is done, shows that it is being done, then what the server said. */
export function ActionDialog({ title, act, onLook, onClose, ...question }: Props) {
  const { state, run } = useAction(act)
  const look = () => {
    onLook()
    onClose()
  }
  return (
    <Dialog title={title} onClose={onClose} isBusy={state.kind === 'doing'}>
      {state.kind === 'done' || state.kind === 'unknown' ? (
        <Outcome state={state} onLook={look} onClose={onClose} />
      ) : (
        <Question {...question} state={state} onSubmit={run} onClose={onClose} />
      )}
    </Dialog>
  )
}

interface QuestionProps extends Pick<Props, 'children' | 'undo' | 'verb' | 'isDangerous' | 'typed' | 'onClose'> {
  readonly state: ActionState<ReactNode>
  readonly onSubmit: () => void
}

function Question({ children, undo, verb, isDangerous, typed, state, onSubmit, onClose }: QuestionProps) {
  const { t } = useLingui()
  const [text, setText] = useState('')
  const isReady = isTyped(text, typed)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady) onSubmit()
  }
  return (
    <form className="stack" onSubmit={submit}>
      <div>{children}</div>
      <p className="quiet">{undo}</p>
      {typed !== undefined && <TypedConfirmation wanted={typed} text={text} onType={setText} />}
      {state.kind === 'refused' && <ErrorNote failure={state.failure} />}
      <div className="buttons">
        <Button
          type="submit"
          kind={isDangerous ? 'danger' : 'primary'}
          isBusy={state.kind === 'doing'}
          {...(!isReady && { reason: t`Type what is asked for first.` })}
        >
          {verb}
        </Button>
        <Button onClick={onClose} disabled={state.kind === 'doing'}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  )
}

interface OutcomeProps {
  readonly state: Extract<ActionState<ReactNode>, { kind: 'done' | 'unknown' }>
  readonly onLook: () => void
  readonly onClose: () => void
}

function Outcome({ state, onLook, onClose }: OutcomeProps) {
  return (
    <div className="stack">
      <div role="status">{state.kind === 'done' ? state.said : <Unknown />}</div>
      <div className="buttons">
        {state.kind === 'unknown' && (
          <Button kind="primary" onClick={onLook}>
            <Trans>Look how it is now</Trans>
          </Button>
        )}
        <Button onClick={onClose}>
          <Trans>Close</Trans>
        </Button>
      </div>
    </div>
  )
}

/** Says that no answer came. */
export function Unknown() {
  return (
    <p className="note note-warn">
      <Trans>No answer came. We do not know whether it was done. Look before you try again.</Trans>
    </p>
  )
}
