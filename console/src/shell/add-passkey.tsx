import { Trans } from '@lingui/react/macro'
import { type FormEvent, useId, useState } from 'react'
import { addPasskey } from '../api/login.ts'
import { keepSession } from '../api/session.ts'
import { useAction } from '../parts/action.ts'
import { Button } from '../parts/button.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { passkeyFailure } from './passkey-failure.ts'

/** Makes a passkey of this device, under a name that tells it from others. */
export function AddPasskey({ onDone }: { onDone: () => void }) {
  const id = useId()
  const [nickname, setNickname] = useState('')
  const { state, run } = useAction(async () => {
    keepSession(await addPasskey(nickname.trim()).catch(passkeyFailure))
    setNickname('')
    onDone()
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run()
  }
  return (
    <form className="stack" onSubmit={submit}>
      <div className="field">
        <label htmlFor={id}>
          <Trans>Name of the passkey</Trans>
        </label>
        <input id={id} value={nickname} maxLength={64} onChange={({ target }) => setNickname(target.value)} />
        <p className="help">
          <Trans>Say which device it is on. You may leave it empty.</Trans>
        </p>
      </div>
      <Button type="submit" kind="primary" isBusy={state.kind === 'doing'}>
        <Trans>Add a passkey</Trans>
      </Button>
      {state.kind === 'refused' && <ErrorNote failure={state.failure} />}
    </form>
  )
}
