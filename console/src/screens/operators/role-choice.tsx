import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { ROLES } from '../../api/roles.ts'
import { Choice } from '../../parts/choice.tsx'
import { ROLE_WORDS, type Role } from './role-words.ts'

interface Props {
  readonly role: Role
  readonly onChange: (role: Role) => void
}

export function RoleChoice({ role, onChange }: Props) {
  const { i18n } = useLingui()
  return (
    <fieldset className="choices">
      <legend>
        <Trans>Role</Trans>
      </legend>
      {(Object.keys(ROLES) as Role[]).map((one) => (
        <Choice
          key={one}
          name="role"
          isChosen={one === role}
          onChange={() => onChange(one)}
          label={i18n._(ROLE_WORDS[one].name)}
        >
          {i18n._(ROLE_WORDS[one].words)}
        </Choice>
      ))}
      <details>
        <summary>
          <Plural value={ROLES[role].length} one="# permission of this role" other="# permissions of this role" />
        </summary>
        <p className="quiet">
          <code>{ROLES[role].join(', ')}</code>
        </p>
      </details>
    </fieldset>
  )
}
