import { Trans, useLingui } from '@lingui/react/macro'
import { TextField } from '../../parts/text-field.tsx'
import { ApplicationChoice } from './application-choice.tsx'
import type { Draft } from './draft.ts'
import { RoleChoice } from './role-choice.tsx'

interface Props {
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
  /** Whether the address is asked for: it never changes. */
  readonly isNew: boolean
}

const MAX_NAME = 100
const MAX_EMAIL = 254

export function OperatorFields({ draft, onChange, isNew }: Props) {
  const { t } = useLingui()
  return (
    <div className="stack">
      <TextField
        label={t`Name`}
        value={draft.name}
        onChange={(name) => onChange({ ...draft, name })}
        maxLength={MAX_NAME}
        required
      />
      {isNew && (
        <TextField
          label={t`E-mail address`}
          help={<Trans>It tells people apart. Nothing is sent to it: you give the link on yourself.</Trans>}
          type="email"
          value={draft.email}
          onChange={(email) => onChange({ ...draft, email })}
          maxLength={MAX_EMAIL}
          required
        />
      )}
      <RoleChoice role={draft.role} onChange={(role) => onChange({ ...draft, role })} />
      <ApplicationChoice apps={draft.apps} onChange={(apps) => onChange({ ...draft, apps })} />
    </div>
  )
}
