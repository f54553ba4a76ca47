import { Trans } from '@lingui/react/macro'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { Operation } from '../../api/call.ts'
import { useAction } from '../action.ts'
import { Unknown } from '../action-dialog.tsx'
import { OperationButton } from '../button.tsx'
import { ErrorNote } from '../error-note.tsx'
import { fieldErrorsIn } from './errors.ts'
import { Members } from './field.tsx'
import type { Schema } from './schema.ts'

export type Draft = Readonly<Record<string, unknown>>

interface Props {
  readonly schema: Schema
  /** What is kept now. */
  readonly value: Draft
  /** What the button calls. */
  readonly operation: Operation
  readonly verb: ReactNode
  /** Sends it, and tells what the server said. A member that was set back is missing. */
  readonly save: (draft: Draft) => Promise<ReactNode>
  /** Labels in the reader’s language, by path; without one, the member’s own name stands there. */
  readonly labels?: Readonly<Record<string, string>>
}

/** A form of what a schema describes. The server alone judges what is in it; what it says stands beside the field. */
export function SchemaForm({ schema, value, operation, verb, save, labels = {} }: Props) {
  const [draft, setDraft] = useState(value)
  const { state, run } = useAction(() => save(draft))
  const failure = state.kind === 'refused' ? state.failure : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run()
  }
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Members
        schema={schema}
        value={draft}
        path=""
        onChange={(changed) => setDraft(changed as Draft)}
        errors={fieldErrorsIn(failure)}
        labels={labels}
      />
      {failure && <ErrorNote failure={failure} />}
      {state.kind === 'unknown' && <Unknown />}
      <div className="buttons">
        <OperationButton operation={operation} type="submit" kind="primary" isBusy={state.kind === 'doing'}>
          {verb}
        </OperationButton>
      </div>
      <div role="status">{state.kind === 'done' ? state.said : null}</div>
      <p className="help">
        <Trans>A field that is empty follows its default.</Trans>
      </p>
    </form>
  )
}
