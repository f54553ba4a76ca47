import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { openInvitation } from '../api/login.ts'
import { keepSession, type Session } from '../api/session.ts'
import { useAction } from '../parts/action.ts'
import { Button } from '../parts/button.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { AddPasskey } from './add-passkey.tsx'
import { FrontPage } from './front-page.tsx'
import { Problem, useWays } from './login-page.tsx'

export const invitationIn = (hash: string): string | undefined => /^#invitation=(.+)$/.exec(hash)?.[1]

/** Leaves the invitation, and begins the console anew. */
const enter = () => location.replace('/')

/** Nothing is sent before the person says so: a link alone, opened by a program that looks at mail, spends nothing. */
export function Invitation({ token }: { token: string }) {
  const { t } = useLingui()
  const { data: ways } = useWays()
  const [opened, setOpened] = useState<Session>()
  const { state, run } = useAction(async () => {
    const session = await openInvitation(token)
    keepSession(session)
    setOpened(session)
  })
  if (opened) return <FirstPasskey session={opened} />
  return (
    <FrontPage title={t`You are invited to the console`}>
      <p>
        <Trans>
          The invitation is good once, and for a short time. It opens in this browser, where you then add a passkey to
          log in with from then on.
        </Trans>
      </p>
      <Problem sentence={ways?.problem} />
      <Button kind="primary" isBusy={state.kind === 'doing'} onClick={run}>
        <Trans>Open the invitation</Trans>
      </Button>
      {state.kind === 'refused' && <ErrorNote failure={state.failure} />}
      <p>
        <a href="/">
          <Trans>Log in instead</Trans>
        </a>
      </p>
    </FrontPage>
  )
}

function FirstPasskey({ session }: { session: Session }) {
  const { t } = useLingui()
  const { name, role } = session.operator
  return (
    <FrontPage title={t`Welcome, ${name}`}>
      <p>
        <Trans>
          Your role is <strong>{role}</strong>. Add a passkey now: without one you need another invitation next time.
        </Trans>
      </p>
      <AddPasskey onDone={enter} />
      <p>
        <a href="/">
          <Trans>Go on without a passkey</Trans>
        </a>
      </p>
    </FrontPage>
  )
}
