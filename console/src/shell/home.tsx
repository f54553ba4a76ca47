import { Trans } from '@lingui/react/macro'
import { Navigate, useParams } from '@tanstack/react-router'
import { useSession } from '../api/session.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { ScreenLink } from '../parts/screen-link.tsx'
import { SCREENS } from '../screens.ts'
import { useRefusal } from './refusal.ts'

/** Leads to the first screen that the operator may see, of the application named or the first one. */
export function Home() {
  const { applications } = useSession()
  const refusalOf = useRefusal()
  const { appID = applications[0]?.id } = useParams({ strict: false }) as { appID?: string }
  const screen = SCREENS.find((one) => one.entry && !refusalOf(one))
  if (!appID) {
    return (
      <EmptyState isPage title={<Trans>There is no application</Trans>} action={<ToApplications />}>
        <Trans>Make the first one here, or on the command line: antiphon apps create.</Trans>
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

function ToApplications() {
  return (
    <ScreenLink to="/instance/applications" params={{}} className="button">
      <Trans>Applications</Trans>
    </ScreenLink>
  )
}
