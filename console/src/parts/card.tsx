import type { ReactNode } from 'react'

interface Props {
  readonly title: string
  /** How it is. */
  readonly state: ReactNode
  readonly children: ReactNode
  readonly action?: ReactNode
}

/** One of several things side by side: what it is, how it is, and what can be done. */
export function Card({ title, state, children, action }: Props) {
  return (
    <section className="card">
      <div className="card-head">
        <h2>{title}</h2>
        {state}
      </div>
      <div>{children}</div>
      {action}
    </section>
  )
}
