import { Trans, useLingui } from '@lingui/react/macro'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { type Search, useSearchState } from '../address.ts'
import { Button } from './button.tsx'

/** From page to page of a list that is read by keyset: where one begins says the address, where those before it began the history. */
export function Pages({ next, isFetching }: { next: string | undefined; isFetching: boolean }) {
  const { t } = useLingui()
  const { search } = useSearchState()
  const navigate = useNavigate()
  const trail = useRouterState({ select: ({ location }) => location.state.trail ?? [] })
  const go = (after: string | undefined, behind: readonly string[]) =>
    navigate({ to: '.', search: (old: Search) => ({ ...old, after }), state: { trail: behind } })
  const { after } = search
  if (!after && !next) return null
  return (
    <nav className="pages" aria-label={t`Pages`}>
      <Button
        {...(!after && { reason: t`This is the first page.` })}
        onClick={() => go(trail.at(-1) || undefined, trail.slice(0, -1))}
      >
        <ChevronLeft aria-hidden="true" />
        {after && trail.length === 0 ? <Trans>First page</Trans> : <Trans>Previous</Trans>}
      </Button>
      <Button
        isBusy={isFetching}
        {...(!next && { reason: t`This is the last page.` })}
        onClick={() => go(next, [...trail, after ?? ''])}
      >
        <Trans>Next</Trans> <ChevronRight aria-hidden="true" />
      </Button>
    </nav>
  )
}
