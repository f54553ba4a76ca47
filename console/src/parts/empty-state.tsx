import type { ReactNode } from 'react'

interface Props {
  readonly title: ReactNode
  /** What to do first. */
  readonly children: ReactNode
  readonly action?: ReactNode
  /** Whether nothing else is on the screen. */
  readonly isPage?: boolean
}

/** In the place of what is not there yet. */
export function EmptyState({ title, children, action, isPage = false }: Props) {
  return (
    <div className="empty">
      {isPage ? <h1 className="empty-title">{title}</h1> : <p className="empty-title">{title}</p>}
      <p className="quiet">{children}</p>
      {action}
    </div>
  )
}
