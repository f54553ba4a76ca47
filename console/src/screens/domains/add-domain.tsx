import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useId, useState } from 'react'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import { useRefresh } from '../../api/query.ts'
import { useAction } from '../../parts/action.ts'
import { OperationButton } from '../../parts/button.tsx'
import { Trouble } from '../../parts/trouble.tsx'

export function AddDomain() {
  const id = useId()
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const refresh = useRefresh()
  const [name, setName] = useState('')
  const { state, run } = useAction(async () => {
    await call('createDomain', { path, body: { domain: name.trim().toLowerCase() } })
    await refresh('listDomains')
    setName('')
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim()) run()
  }
  return (
    <form className="stack" onSubmit={submit}>
      <div className="filters">
        <div className="field">
          <label htmlFor={id}>
            <Trans>New domain</Trans>
          </label>
          <input
            id={id}
            value={name}
            maxLength={255}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            onChange={({ target }) => setName(target.value)}
          />
        </div>
        <OperationButton
          operation="createDomain"
          type="submit"
          kind="primary"
          isBusy={state.kind === 'doing'}
          {...(!name.trim() && { reason: t`Write a name first.` })}
        >
          <Trans>Add</Trans>
        </OperationButton>
      </div>
      <Trouble state={state} />
    </form>
  )
}
