import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ScreenPath } from '../address.ts'

interface Props extends Pick<LinkProps, 'activeProps' | 'activeOptions' | 'search'> {
  readonly to: ScreenPath
  /** By the names that stand in the path after `$`. */
  readonly params: Readonly<Record<string, string | undefined>>
  readonly className?: string
  readonly children: ReactNode
}

/** Leads to a screen. */
export function ScreenLink({ params, ...rest }: Props) {
  return <Link {...rest} params={params as never} />
}
