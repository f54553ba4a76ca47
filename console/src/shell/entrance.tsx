import { useLingui } from '@lingui/react/macro'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { SessionContext, useSessionQuery } from '../api/session.ts'
import { tellOtherTabs } from '../api/tabs.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { Waiting } from '../parts/waiting.tsx'
import { router } from '../router.tsx'
import { refusalIn } from './company.tsx'
import { FrontPage } from './front-page.tsx'
import { Gatekeeper } from './gatekeeper.tsx'
import { Invitation, invitationIn } from './invitation.tsx'
import { LoginPage } from './login-page.tsx'

/** What is shown to whom: an invitation to whoever comes with one, the console to whoever is logged in, the login to everybody else. */
export function Entrance() {
  const { data: session, error, isPending, refetch } = useSessionQuery()
  const { t } = useLingui()
  const invitation = invitationIn(location.hash)
  const [refusal, setRefusal] = useState(() => refusalIn(location.search))
  useEffect(() => {
    if (session) tellOtherTabs()
  }, [session])
  if (invitation) return <Invitation token={invitation} />
  if (isPending) return <Waiting />
  if (session && !refusal) {
    return (
      <SessionContext value={session}>
        <RouterProvider router={router} />
        <Gatekeeper />
      </SessionContext>
    )
  }
  if (error && !refusal && error.code !== 'not_signed_in') {
    return (
      <FrontPage title={t`The console is not there`}>
        <ErrorNote failure={error} onRetry={() => refetch()} />
      </FrontPage>
    )
  }
  return <LoginPage refusal={refusal} onDone={() => setRefusal(undefined)} />
}
