import { useId } from 'react'

interface Props {
  readonly label: string
  readonly help: string
  readonly value: string
  /** What is usual here. */
  readonly usual?: readonly string[]
  readonly onChange: (value: string) => void
}

/** The name by which a new way to log in is called in addresses. */
export function NameField({ label, help, value, usual = [], onChange }: Props) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        list={`${id}-usual`}
        maxLength={32}
        autoComplete="off"
        autoCapitalize="off"
        aria-describedby={`${id}-help`}
        onChange={({ target }) => onChange(target.value)}
      />
      <datalist id={`${id}-usual`}>
        {usual.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <p className="help" id={`${id}-help`}>
        {help}
      </p>
    </div>
  )
}
