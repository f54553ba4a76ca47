import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useId, useState } from 'react'
import { useParam } from '../../address.ts'
import { call, requestOf } from '../../api/call.ts'
import { useRead, useRefresh } from '../../api/query.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { useAction } from '../../parts/action.ts'
import { OperationButton } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { Waiting } from '../../parts/waiting.tsx'

const SHOWN = ['listScopes', 'listGroups'] as const

export default function Scopes() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const { data, error, refetch } = useRead('listScopes', { path })
  return (
    <div className="stack">
      <ScreenHead title={t`Scopes`} requests={[requestOf('listScopes', { path })]} />
      <p className="quiet">
        <Trans>
          What an access token may be used for. Users have them directly, by a group, or by the way they log in.
        </Trans>
      </p>
      <AddScope />
      {error && <ErrorNote failure={error} onRetry={() => refetch()} />}
      {!data && !error && <Waiting />}
      {data?.scopes.length === 0 && (
        <EmptyState title={<Trans>There are no scopes yet</Trans>}>
          <Trans>Name the first above: orders:read, for example. Your API looks for it in the access token.</Trans>
        </EmptyState>
      )}
      {data && data.scopes.length > 0 && (
        <ul className="plain-list lines">
          {data.scopes.map((scope) => (
            <li key={scope} className="line">
              <code>{scope}</code>
              <RemoveScope scope={scope} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function AddScope() {
  const id = useId()
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const refresh = useRefresh()
  const [scope, setScope] = useState('')
  const { state, run } = useAction(async () => {
    await call('createScope', { path, body: { scope: scope.trim() } })
    await refresh(...SHOWN)
    setScope('')
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (scope.trim()) run()
  }
  return (
    <form className="stack" onSubmit={submit}>
      <div className="filters">
        <div className="field">
          <label htmlFor={id}>
            <Trans>New scope</Trans>
          </label>
          <input
            id={id}
            value={scope}
            maxLength={128}
            autoComplete="off"
            autoCapitalize="off"
            onChange={({ target }) => setScope(target.value)}
          />
        </div>
        <OperationButton
          operation="createScope"
          type="submit"
          kind="primary"
          isBusy={state.kind === 'doing'}
          {...(!scope.trim() && { reason: t`Write a name first.` })}
        >
          <Trans>Add</Trans>
        </OperationButton>
      </div>
      <Trouble state={state} />
    </form>
  )
}

function RemoveScope({ scope }: { scope: string }) {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  return (
    <ActButton
      operation="deleteScope"
      label={<Trans>Remove</Trans>}
      name={scope}
      title={t`Remove ${scope}`}
      verb={t`Remove`}
      isDangerous
      typed={scope}
      undo={t`To undo it, add it again.`}
      act={async () => {
        await call('deleteScope', { path, body: { scope } })
        return t`It is removed.`
      }}
      shownBy={SHOWN}
    >
      <Trans>No access token has it any more from the next refresh on, within a minute by default.</Trans>
    </ActButton>
  )
}
