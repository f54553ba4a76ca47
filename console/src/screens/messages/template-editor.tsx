import { Trans, useLingui } from '@lingui/react/macro'
import { type FormEvent, useState } from 'react'
import { useParam, useSearchState } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { MessageTemplate } from '../../api/operations.ts'
import { useRefresh } from '../../api/query.ts'
import { useAction } from '../../parts/action.ts'
import { Unknown } from '../../parts/action-dialog.tsx'
import { Button, OperationButton } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Preview } from './preview.tsx'
import { TemplateFields, type Words } from './template-fields.tsx'

/** Writes the application’s own words of a message, in one language. */
export function TemplateEditor({ template: one }: { template: MessageTemplate }) {
  const { t } = useLingui()
  const { change } = useSearchState()
  const { template, channel } = one
  const appID = useParam('appID')
  const refresh = useRefresh()
  const { subject, text, html } = one
  const [words, setWords] = useState<Words>({ locale: one.locale, subject, text, html })
  const { state, run } = useAction(async () => {
    const { locale, ...body } = words
    await call('putMessageTemplate', { path: { appID, template, channel, locale }, body })
    await refresh('listMessageTemplates')
    return t`The text is saved. The next message has it.`
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run()
  }
  return (
    <form className="stack" onSubmit={submit}>
      <h2>
        {template}, {channel}
      </h2>
      <TemplateFields words={words} isEmail={channel === 'email'} onChange={setWords} />
      {state.kind === 'refused' && <ErrorNote failure={state.failure} />}
      {state.kind === 'unknown' && <Unknown />}
      <div className="buttons">
        <OperationButton operation="putMessageTemplate" type="submit" kind="primary" isBusy={state.kind === 'doing'}>
          <Trans>Save</Trans>
        </OperationButton>
        <Button onClick={() => change({ text: undefined })}>
          <Trans>All texts</Trans>
        </Button>
      </div>
      <div role="status">{state.kind === 'done' ? state.said : null}</div>
      <Preview template={template} channel={channel} words={words} />
    </form>
  )
}
