import { useLingui } from '@lingui/react/macro'
import { type ReactNode, useId } from 'react'
import { objectIn } from './json-object.ts'

interface Props {
  readonly label: ReactNode
  readonly help: ReactNode
  readonly text: string
  readonly onChange: (text: string) => void
}

const MOST_ROWS = 20

/** An object, edited as JSON; says while it is none. */
export function JsonField({ label, help, text, onChange }: Props) {
  const { t } = useLingui()
  const id = useId()
  const isBroken = objectIn(text) === undefined
  const complaint = isBroken ? t`This is no JSON object yet.` : ''
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        // The browser sends no form with a field that has a complaint.
        ref={(field) => field?.setCustomValidity(complaint)}
        className="code"
        rows={Math.min(MOST_ROWS, text.split('\n').length + 2)}
        value={text}
        spellCheck={false}
        aria-invalid={isBroken}
        aria-describedby={`${id}-help ${id}-error`}
        onChange={({ target }) => onChange(target.value)}
      />
      <p className="help" id={`${id}-help`}>
        {help}
      </p>
      <p className="field-error" id={`${id}-error`}>
        {complaint}
      </p>
    </div>
  )
}
