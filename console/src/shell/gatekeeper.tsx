import { Trans, useLingui } from '@lingui/react/macro'
import { type Demand, useGate } from '../api/gate.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { WaysIn } from './login-page.tsx'
import { PasskeyButton } from './passkey-button.tsx'

/** Asks for a login or a passkey over the page, for the calls that wait for it. */
export function Gatekeeper() {
  const gate = useGate()
  const { t } = useLingui()
  if (!gate) return null
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
      <WaysIn onDone={onDone} />
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
    </>
  )
}
