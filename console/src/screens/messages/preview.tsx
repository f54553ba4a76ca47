import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { call } from '../../api/call.ts'
import type { MessageTemplate } from '../../api/operations.ts'
import { useAction } from '../../parts/action.ts'
import { Unknown } from '../../parts/action-dialog.tsx'
import { OperationButton } from '../../parts/button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ScrollRegion } from '../../parts/scroll-region.tsx'
import type { Words } from './template-fields.tsx'

interface Props extends Pick<MessageTemplate, 'template' | 'channel'> {
  readonly words: Words
}

/** What a message with these words would look like. HTML stays a text here: it is whoever’s who wrote it. */
export function Preview({ template, channel, words: { locale, subject, text, html } }: Props) {
  const { t } = useLingui()
  const appID = useParam('appID')
  const { state, run } = useAction(async () => {
    const body = { channel, template, locale, texts: { subject, text, html } }
    return (await call('previewMessageTemplate', { path: { appID }, body })).preview
  })
  return (
    <section className="stack">
      <div>
        <OperationButton operation="previewMessageTemplate" isBusy={state.kind === 'doing'} onClick={run}>
          <Trans>Preview with a sample code</Trans>
        </OperationButton>
      </div>
      {state.kind === 'refused' && <ErrorNote failure={state.failure} />}
      {state.kind === 'unknown' && <Unknown />}
      {state.kind === 'done' && (
        <>
          {state.said.subject && (
            <p>
              <strong>
                <bdi>{state.said.subject}</bdi>
              </strong>
            </p>
          )}
          <ScrollRegion label={t`Preview of the text`}>
            <pre className="wire">{state.said.text}</pre>
          </ScrollRegion>
          {state.said.html && (
            <ScrollRegion label={t`Preview of the HTML, as source text`}>
              <pre className="wire">{state.said.html}</pre>
            </ScrollRegion>
          )}
        </>
      )}
    </section>
  )
}
