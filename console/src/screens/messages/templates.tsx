import { Trans, useLingui } from '@lingui/react/macro'
import { useParam, useSearchState } from '../../address.ts'
import type { MessageTemplate } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { Channel } from './channel.tsx'
import { RevertTemplate } from './revert-template.tsx'
import { TemplateEditor } from './template-editor.tsx'

/** How the address names a template. */
const nameOf = ({ template, channel, locale }: Pick<MessageTemplate, 'template' | 'channel' | 'locale'>): string =>
  `${template}/${channel}/${locale}`

/** The words of messages: the application’s own before those that come with the server. */
export function Templates() {
  const { data, error, refetch } = useRead('listMessageTemplates', { path: { appID: useParam('appID') } })
  const { search } = useSearchState()
  if (error) return <ErrorNote failure={error} onRetry={() => refetch()} />
  if (!data) return <Waiting />
  const own = new Set(data.templates.filter(({ built_in }) => !built_in).map(nameOf))
  const shown = data.templates.filter((one) => !one.built_in || !own.has(nameOf(one)))
  const chosen = shown.find((one) => nameOf(one) === search.text)
  if (search.text) return chosen ? <TemplateEditor key={search.text} template={chosen} /> : <NoSuchText />
  return (
    <div className="stack">
      <p className="quiet">
        <Trans>To write one in another language, edit a text and choose the language there.</Trans>
      </p>
      <ul className="plain-list lines">
        {shown.map((template) => (
          <Line key={nameOf(template)} template={template} />
        ))}
      </ul>
    </div>
  )
}

function Line({ template: one }: { template: MessageTemplate }) {
  const { t, i18n } = useLingui()
  const { change } = useSearchState()
  const { template, channel, locale, built_in, subject, text } = one
  return (
    <li className="line">
      <div>
        <strong>{template}</strong> <Channel channel={channel} />,{' '}
        {new Intl.DisplayNames(i18n.locale, { type: 'language' }).of(locale)}{' '}
        {built_in ? (
          <Badge>
            <Trans>built in</Trans>
          </Badge>
        ) : (
          <Badge tone="warn">
            <Trans>own</Trans>
          </Badge>
        )}
        <p className="quiet">
          <bdi>{subject || text}</bdi>
        </p>
      </div>
      <div className="buttons">
        <Button aria-label={t`Edit ${nameOf(one)}`} onClick={() => change({ text: nameOf(one) })}>
          <Trans>Edit</Trans>
        </Button>
        {!built_in && <RevertTemplate template={one} />}
      </div>
    </li>
  )
}

function NoSuchText() {
  const { change } = useSearchState()
  return (
    <EmptyState
      title={<Trans>There is no such text</Trans>}
      action={
        <Button onClick={() => change({ text: undefined })}>
          <Trans>All texts</Trans>
        </Button>
      }
    >
      <Trans>It was reverted, or never there.</Trans>
    </EmptyState>
  )
}
