import { Trans, useLingui } from '@lingui/react/macro'
import { useId } from 'react'
import type { MessageTemplate } from '../../api/operations.ts'

export type Words = Pick<MessageTemplate, 'locale' | 'subject' | 'text' | 'html'>

interface Props {
  readonly words: Words
  /** An SMS has neither a subject nor HTML. */
  readonly isEmail: boolean
  readonly onChange: (words: Words) => void
}

/** What is filled in. A word of a language has braces for its own use. */
const { code, application, minutes } = { code: '{{code}}', application: '{{application}}', minutes: '{{minutes}}' }

export function TemplateFields({ words, isEmail, onChange }: Props) {
  const { t } = useLingui()
  const change = (name: keyof Words) => (text: string) => onChange({ ...words, [name]: text })
  return (
    <>
      <LineField label={t`Language, like en or pt-BR`} text={words.locale} onChange={change('locale')} />
      {isEmail && <LineField label={t`Subject`} text={words.subject} onChange={change('subject')} />}
      <AreaField label={t`Text`} text={words.text} onChange={change('text')} />
      {isEmail && <AreaField label={t`HTML, may be empty`} text={words.html} onChange={change('html')} />}
      <p className="help">
        <Trans>
          <code>{code}</code>, <code>{application}</code> and <code>{minutes}</code> are filled in. The code must be
          there where one is sent.
        </Trans>
      </p>
    </>
  )
}

interface FieldProps {
  readonly label: string
  readonly text: string
  readonly onChange: (text: string) => void
}

function LineField({ label, text, onChange }: FieldProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} value={text} autoComplete="off" onChange={({ target }) => onChange(target.value)} />
    </div>
  )
}

function AreaField({ label, text, onChange }: FieldProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={8}
        className="source"
        spellCheck={false}
        value={text}
        onChange={({ target }) => onChange(target.value)}
      />
    </div>
  )
}
