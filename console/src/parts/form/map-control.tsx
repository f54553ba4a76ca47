import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { Button } from '../button.tsx'
import { type ControlProps, shared } from './control-props.ts'

interface Line {
  readonly key: number
  readonly name: string
  readonly text: string
}

const linesOf = (value: unknown): readonly Line[] =>
  Object.entries((value ?? {}) as Record<string, string>).map(([name, text], key) => ({ key, name, text }))

/** Names with a text each. A line without a name is not sent. */
export function MapControl(props: ControlProps) {
  const { t } = useLingui()
  const [lines, setLines] = useState(() => linesOf(props.value))
  const set = (changed: readonly Line[]) => {
    setLines(changed)
    const named = changed.filter(({ name }) => name !== '')
    props.onChange(named.length === 0 ? undefined : Object.fromEntries(named.map(({ name, text }) => [name, text])))
  }
  const put = (line: Line) => set(lines.map((one) => (one.key === line.key ? line : one)))
  const add = () => setLines([...lines, { key: Math.max(-1, ...lines.map(({ key }) => key)) + 1, name: '', text: '' }])
  return (
    <fieldset {...shared(props)} className="stack">
      {lines.map((line) => (
        <div key={line.key} className="pair">
          <input
            aria-label={t`Name`}
            value={line.name}
            onChange={({ target }) => put({ ...line, name: target.value })}
          />
          <input
            aria-label={t`Value`}
            value={line.text}
            onChange={({ target }) => put({ ...line, text: target.value })}
          />
          <Button onClick={() => set(lines.filter(({ key }) => key !== line.key))}>
            <Trans>Remove</Trans>
          </Button>
        </div>
      ))}
      <div>
        <Button onClick={add}>
          <Trans>Add a line</Trans>
        </Button>
      </div>
    </fieldset>
  )
}
