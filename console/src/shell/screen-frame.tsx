import { Trans } from '@lingui/react/macro'
import { type ReactNode, Suspense } from 'react'
import { EmptyState } from '../parts/empty-state.tsx'
import { Waiting } from '../parts/waiting.tsx'
import type { Screen } from '../screens.ts'
import { useRefusal } from './refusal.ts'

/** Shows a screen once its code is there, or why the operator may not see it. */
export function ScreenFrame({ screen, children }: { screen: Screen; children: ReactNode }) {
  const refusal = useRefusal()(screen)
  if (refusal) {
    return (
      <EmptyState isPage title={<Trans>Your role may not see this</Trans>}>
        {refusal}
      </EmptyState>
    )
  }
  return <Suspense fallback={<Waiting />}>{children}</Suspense>
}
