import type { ReactNode } from 'react'

interface Props {
  readonly tone?: 'plain' | 'good' | 'warn' | 'bad'
  readonly children: ReactNode
}

export function Badge({ tone = 'plain', children }: Props) {
  return <span className={`badge badge-${tone}`}>{children}</span>
}
