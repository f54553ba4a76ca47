import type { ReactNode } from 'react'

interface Props {
  readonly type?: 'radio' | 'checkbox'
  /** Radios of one name rule each other out. */
  readonly name: string
  readonly isChosen: boolean
  readonly onChange: (isChosen: boolean) => void
  readonly label: ReactNode
  readonly children?: ReactNode
}

/** One of several that can be chosen, with words about it. */
export function Choice({ type = 'radio', name, isChosen, onChange, label, children }: Props) {
  return (
    <label className="choice">
      <input type={type} name={name} checked={isChosen} onChange={({ target }) => onChange(target.checked)} />
      <span>{label}</span>
      {children && <span className="help">{children}</span>}
    </label>
  )
}
