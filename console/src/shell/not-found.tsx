import { Trans } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../parts/empty-state.tsx'

export function NotFound() {
  return (
    <EmptyState
      isPage
      title={<Trans>There is no such page</Trans>}
      action={<Link to="/">{<Trans>To the start</Trans>}</Link>}
    >
      <Trans>The address is wrong, or the page is of another release.</Trans>
    </EmptyState>
  )
}
