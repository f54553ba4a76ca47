import { Trans } from '@lingui/react/macro'
import { useState } from 'react'
import { type ControlProps, shared } from './control-props.ts'

const MOST_ROWS = 24

/** Whatever has no form of its own, as JSON. */
export function JsonControl(props: ControlProps) {
  const [text, setText] = useState(() => (props.value === undefined ? '' : JSON.stringify(props.value, null, 2)))
  const [isBroken, setBroken] = useState(false)
  const change = (typed: string) => {
    setText(typed)
    try {
      props.onChange(typed === '' ? undefined : JSON.parse(typed))
      setBroken(false)
    } catch {
      setBroken(true)
    }
  }
  return (
    <>
      <textarea
        {...shared(props)}
        rows={Math.min(MOST_ROWS, Math.max(2, text.split('\n').length))}
        className="code"
        value={text}
        spellCheck={false}
        onChange={({ target }) => change(target.value)}
      />
      {isBroken && (
        <p className="field-error" role="alert">
          <Trans>This is no JSON yet.</Trans>
        </p>
      )}
    </>
  )
}
