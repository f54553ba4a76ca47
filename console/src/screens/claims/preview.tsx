import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useId, useState } from 'react'
import { useParam, useSearchState } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { PreviewClaimsMappingResponse } from '../../api/operations.ts'
import { useAction } from '../../parts/action.ts'
import { OperationButton } from '../../parts/button.tsx'
import { Bytes } from '../../parts/bytes.tsx'
import { ScrollRegion } from '../../parts/scroll-region.tsx'
import { Trouble } from '../../parts/trouble.tsx'

/** What the token of a user would say, as the mapping is saved. */
export function Preview() {
  const id = useId()
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const { search, change } = useSearchState()
  const [user, setUser] = useState(search.user ?? '')
  const { state, run } = useAction(() => call('previewClaimsMapping', { path, body: { user_id: user.trim() } }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!user.trim()) return
    change({ user: user.trim() })
    run()
  }
  const said = state.kind === 'done' ? state.said : undefined
  return (
    <section className="stack">
      <h2>
        <Trans>Preview</Trans>
      </h2>
      <form className="filters" onSubmit={submit}>
        <div className="field">
          <label htmlFor={id}>
            <Trans>Id of a user</Trans>
          </label>
          <input
            id={id}
            value={user}
            placeholder="usr_…"
            autoComplete="off"
            onChange={({ target }) => setUser(target.value)}
          />
        </div>
        <OperationButton
          operation="previewClaimsMapping"
          type="submit"
          isBusy={state.kind === 'doing'}
          {...(!user.trim() && { reason: t`Name a user first.` })}
        >
          <Trans>Show the claims</Trans>
        </OperationButton>
      </form>
      <Trouble state={state} isReading />
      <div role="status">{said && <Shown preview={said} />}</div>
    </section>
  )
}

function Shown({ preview: { claims, size_bytes, warning } }: { preview: PreviewClaimsMappingResponse }) {
  return (
    <div className="stack">
      {warning && <p className="note note-warn">{warning}</p>}
      <ScrollRegion label="JSON">
        <pre>{JSON.stringify(claims, null, 2)}</pre>
      </ScrollRegion>
      <p className="quiet">
        <Trans>
          The whole token would have <Bytes count={size_bytes} />.
        </Trans>
      </p>
    </div>
  )
}
