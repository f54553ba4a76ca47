import { type ControlProps, shared } from './control-props.ts'

/** Several of a fixed list. */
export function ChoicesControl(props: ControlProps) {
  const { schema, value, onChange } = props
  const chosen = Array.isArray(value) ? value : []
  const offered = schema.items?.enum ?? []
  const change = (one: string | number, isChosen: boolean) =>
    onChange(offered.filter((other) => (other === one ? isChosen : chosen.includes(other))))
  return (
    <fieldset {...shared(props)} className="choice-grid">
      {offered.map((one) => (
        <label key={one} className="field-switch">
          <input
            type="checkbox"
            checked={chosen.includes(one)}
            onChange={({ target }) => change(one, target.checked)}
          />
          <code>{one}</code>
        </label>
      ))}
    </fieldset>
  )
}
