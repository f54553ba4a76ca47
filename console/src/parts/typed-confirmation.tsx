import { Trans } from '@lingui/react/macro'
import { useId } from 'react'

export const isTyped = (text: string, wanted: string | undefined): boolean =>
  wanted === undefined || text.trim() === wanted

interface Props {
  readonly wanted: string
  readonly text: string
  readonly onType: (text: string) => void
}

/** A name or a number, to be typed by whoever means it. */
export function TypedConfirmation({ wanted, text, onType }: Props) {
  const id = useId()
  // As an element: a text among words would be read as if it were of them, tags and all.
  const shown = <code>{wanted}</code>
  return (
    <div className="field">
      <label htmlFor={id}>
        <Trans>To go on, type {shown}</Trans>
      </label>
      <input
        id={id}
        value={text}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={({ target }) => onType(target.value)}
      />
    </div>
  )
}
