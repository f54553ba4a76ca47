import { Trans } from '@lingui/react/macro'
import { Navigate } from '@tanstack/react-router'
import { useSession } from '../api/session.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { SCREENS } from '../screens.ts'

/** Leads to the first screen that the operator may see, of the first application. */
export function Home() {
  const { operator, applications } = useSession()
  const appID = applications[0]?.id
  const screen = SCREENS.find(({ entry, permission }) => entry && operator.permissions.includes(permission))
  if (!appID) {
    return (
      <EmptyState isPage title={<Trans>There is no application</Trans>}>
        <Trans>Make the first one on the command line: antiphon apps create.</Trans>
      </EmptyState>
    )
  }
  if (!screen) {
    return (
      <EmptyState isPage title={<Trans>There is nothing here for your role</Trans>}>
        <Trans>Ask an owner for another role.</Trans>
      </EmptyState>
    )
  }
  return <Navigate to={screen.path} params={{ appID }} replace />
}
