import type { ReactNode } from 'react'

interface Props {
  readonly title: ReactNode
  /** What to do first. */
  readonly children: ReactNode
  readonly action?: ReactNode
}

/** In the place of what is not there yet. */
export function EmptyState({ title, children, action }: Props) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      <p className="quiet">{children}</p>
      {action}
    </div>
  )
}
