import { useId } from 'react'

interface Props {
  readonly label: string
  readonly done: number
  /** undefined: not known yet. */
  readonly total: number | undefined
}

export function Progress({ label, done, total }: Props) {
  const id = useId()
  return (
    <div className="progress">
      <label htmlFor={id}>{label}</label>
      <progress id={id} max={total ?? 1} {...(total !== undefined && { value: done })} />
    </div>
  )
}
