import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useId, useState } from 'react'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { MigrationTryResponse } from '../../api/operations.ts'
import { useAction } from '../../parts/action.ts'
import { Badge } from '../../parts/badge.tsx'
import { OperationButton } from '../../parts/button.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { UserLink } from '../../parts/user-link.tsx'

/** What would become of a token of the old system, step by step. */
export function TryToken() {
  const id = useId()
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const [token, setToken] = useState('')
  const { state, run } = useAction(() => call('tryMigration', { path, body: { token: token.trim() } }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token.trim()) run()
  }
  return (
    <div className="stack">
      <form className="stack" onSubmit={submit}>
        <div className="field">
          <label htmlFor={id}>
            <Trans>A token of the old system</Trans>
          </label>
          <textarea
            id={id}
            rows={4}
            value={token}
            spellCheck={false}
            autoComplete="off"
            onChange={({ target }) => setToken(target.value)}
          />
          <p className="help">
            <Trans>
              A test account’s. Nothing changes: nobody is made, nobody is logged in, and no refresh token is used.
            </Trans>
          </p>
        </div>
        <div>
          <OperationButton
            operation="tryMigration"
            type="submit"
            kind="primary"
            isBusy={state.kind === 'doing'}
            {...(!token.trim() && { reason: t`Put a token in first.` })}
          >
            <Trans>Try</Trans>
          </OperationButton>
        </div>
      </form>
      <Trouble state={state} isReading />
      <div role="status">{state.kind === 'done' && <Answer answer={state.said} />}</div>
    </div>
  )
}

const OUTCOME_TONES = { exchanged: 'good', would_refresh: 'good', refused: 'bad', unclear: 'warn' } as const
const STEP_TONES = { passed: 'good', would: 'good', refused: 'bad', doubt: 'warn' } as const

function Answer({ answer }: { answer: MigrationTryResponse }) {
  const { t } = useLingui()
  const { outcome, reason, steps, user, left_out, match } = answer
  const words: Record<MigrationTryResponse['outcome'], string> = {
    exchanged: t`It would be exchanged.`,
    would_refresh: t`It would be used at the old system, and exchanged.`,
    refused: t`It would be refused.`,
    unclear: t`Nobody can tell: the app would keep its session and try again.`,
  }
  return (
    <div className="stack">
      <p className={`note ${outcome === 'refused' ? 'note-error' : ''}`}>
        <Badge tone={OUTCOME_TONES[outcome]}>{outcome}</Badge> {words[outcome]} {reason && <code>{reason}</code>}
      </p>
      <ol className="plain-list lines">
        {steps.map(({ step, result, detail }) => (
          <li key={`${step} ${detail}`} className="step-result">
            <Badge tone={STEP_TONES[result]}>{result}</Badge>
            <div>
              <strong>{step}</strong>
              <p>{detail}</p>
            </div>
          </li>
        ))}
      </ol>
      {match && <Match match={match} />}
      {left_out.length > 0 && (
        <p className="note note-warn">
          <Trans>Cannot be used, and is left out:</Trans> <code>{left_out.join(', ')}</code>
        </p>
      )}
      {user && <pre className="code-block">{JSON.stringify(user, null, 2)}</pre>}
    </div>
  )
}

function Match({ match }: { match: NonNullable<MigrationTryResponse['match']> }) {
  const { t } = useLingui()
  const words: Record<typeof match.kind, string> = {
    known: t`This is somebody who is known here.`,
    link: t`It would become an account that is here.`,
    create: t`A new user would be made.`,
    conflict: t`It would take something from somebody else.`,
    blocked: t`This is somebody who is blocked here.`,
    unidentified: t`Nobody can tell who this is.`,
  }
  return (
    <p>
      {words[match.kind]} {match.user_id && <UserLink id={match.user_id} />}
    </p>
  )
}
