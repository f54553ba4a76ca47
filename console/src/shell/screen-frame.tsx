import { Trans } from '@lingui/react/macro'
import { type ReactNode, Suspense } from 'react'
import { useAllowed } from '../api/session.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { Waiting } from '../parts/waiting.tsx'
import type { Screen } from '../screens.ts'

/** Shows a screen once its code is there, or why the operator may not see it. */
export function ScreenFrame({ screen, children }: { screen: Screen; children: ReactNode }) {
  const isAllowed = useAllowed(screen.permission)
  if (!isAllowed) {
    return (
      <EmptyState isPage title={<Trans>Your role may not see this</Trans>}>
        <Trans>
          It needs the permission <code>{screen.permission}</code>.
        </Trans>
      </EmptyState>
    )
  }
  return <Suspense fallback={<Waiting />}>{children}</Suspense>
}
