import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { type ControlProps, shared } from './control-props.ts'

const SECONDS = { days: 86_400, hours: 3_600, minutes: 60, seconds: 1 } as const
type Unit = keyof typeof SECONDS

/** The largest unit in which a number of seconds is whole. */
const unitFor = (seconds: number): Unit =>
  (Object.keys(SECONDS) as Unit[]).find((unit) => seconds > 0 && seconds % SECONDS[unit] === 0) ?? 'seconds'

/** A number of seconds, entered in the unit that suits it. */
export function DurationControl(props: ControlProps) {
  const { t } = useLingui()
  const { schema, value, onChange } = props
  const seconds = typeof value === 'number' ? value : undefined
  const fallback = typeof schema.default === 'number' ? schema.default : undefined
  const [unit, setUnit] = useState<Unit>(unitFor(seconds ?? fallback ?? 0))
  const names: Record<Unit, string> = { days: t`days`, hours: t`hours`, minutes: t`minutes`, seconds: t`seconds` }
  const inUnit = (count: number | undefined) => (count === undefined ? '' : count / SECONDS[unit])
  return (
    <div className="pair">
      <input
        {...shared(props)}
        type="number"
        placeholder={String(inUnit(fallback))}
        value={inUnit(seconds)}
        onChange={({ target }) => onChange(target.value === '' ? undefined : Number(target.value) * SECONDS[unit])}
      />
      <select aria-label={t`Unit`} value={unit} onChange={({ target }) => setUnit(target.value as Unit)}>
        {Object.entries(names).map(([one, name]) => (
          <option key={one} value={one}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}
