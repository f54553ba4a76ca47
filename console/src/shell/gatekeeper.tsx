import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect } from 'react'
import { type Demand, type Gate, useGate } from '../api/gate.ts'
import { keepSession, readSession, useSession } from '../api/session.ts'
import { onOtherTab } from '../api/tabs.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { CompanyLink } from './company.tsx'
import { useWays, WaysIn } from './login-page.tsx'
import { PasskeyButton } from './passkey-button.tsx'

/** Asks for a login or a passkey over the page, for the calls that wait for it. */
export function Gatekeeper() {
  const gate = useGate()
  if (!gate) return null
  return <Asking gate={gate} />
}

function Asking({ gate }: { gate: Gate }) {
  const { t } = useLingui()
  useOtherTabs(gate)
  const titles: Record<Demand, string> = { login: t`Your session is over`, proof: t`Show your passkey again` }
  return (
    <Dialog title={titles[gate.demand]} onClose={gate.refuse}>
      <div className="stack">
        {gate.demand === 'login' ? <LoginAgain onDone={gate.open} /> : <ProveAgain onDone={gate.open} />}
        <Button onClick={gate.refuse}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </Dialog>
  )
}

function LoginAgain({ onDone }: { onDone: () => void }) {
  return (
    <>
      <p>
        <Trans>Log in again. What you were doing goes on where it stopped.</Trans>
      </p>
      <WaysIn onDone={onDone} isAside />
    </>
  )
}

function ProveAgain({ onDone }: { onDone: () => void }) {
  return (
    <>
      <p>
        <Trans>This asks for a passkey that was shown within the last minutes. Then it is done at once.</Trans>
      </p>
      <PasskeyButton onDone={onDone}>
        <Trans>Show my passkey</Trans>
      </PasskeyButton>
      <CompanyAgain />
    </>
  )
}

/** For whoever came by their company, and may have no passkey. */
function CompanyAgain() {
  const { method } = useSession().session
  const { data: ways } = useWays()
  if (method !== 'company' || !ways?.company) return null
  return (
    <CompanyLink isAside>
      <Trans>Log in again with {ways.company.name}, in another tab</Trans>
    </CompanyLink>
  )
}

/** Goes on as soon as the same operator has done in another tab what is asked for here. */
function useOtherTabs({ demand, open }: Gate): void {
  const before = useSession()
  useEffect(
    () =>
      onOtherTab(async () => {
        const now = await readSession().catch(() => undefined)
        if (now?.operator.id !== before.operator.id) return
        if (demand === 'proof' && now.session.proven_until === before.session.proven_until) return
        keepSession(now)
        open()
      }),
    [demand, open, before],
  )
}
