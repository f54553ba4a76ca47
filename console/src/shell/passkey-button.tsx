import type { ReactNode } from 'react'
import { showPasskey } from '../api/login.ts'
import { keepSession } from '../api/session.ts'
import { useAction } from '../parts/action.ts'
import { Button } from '../parts/button.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { passkeyFailure } from './passkey-failure.ts'

/** Asks for a passkey, and says what came of it when nothing did. */
export function PasskeyButton({ children, onDone }: { children: ReactNode; onDone: () => void }) {
  const { state, run } = useAction(async () => {
    keepSession(await showPasskey().catch(passkeyFailure))
    onDone()
  })
  return (
    <>
      <Button kind="primary" isBusy={state.kind === 'doing'} onClick={run}>
        {children}
      </Button>
      {state.kind === 'refused' && <ErrorNote failure={state.failure} />}
    </>
  )
}
