import { Trans, useLingui } from '@lingui/react/macro'
import type { Permission } from '../../api/call.ts'
import { PERMISSIONS } from '../../api/roles.ts'
import { useSession } from '../../api/session.ts'
import { Choice } from '../../parts/choice.tsx'
import { PERMISSION_WORDS } from './permission-words.ts'

interface Props {
  /** null: all that the maker has. */
  readonly permissions: readonly Permission[] | null
  readonly onChange: (permissions: readonly Permission[] | null) => void
}

/** What a key may do: no more than its maker. */
export function PermissionChoice({ permissions, onChange }: Props) {
  const { t } = useLingui()
  return (
    <fieldset className="choices">
      <legend>
        <Trans>What it may do</Trans>
      </legend>
      <Choice
        name="permissions"
        isChosen={permissions !== null}
        onChange={() => onChange([])}
        label={t`Only what I choose`}
      />
      {permissions && <Some permissions={permissions} onChange={onChange} />}
      <Choice
        name="permissions"
        isChosen={permissions === null}
        onChange={() => onChange(null)}
        label={t`All that I may`}
      />
    </fieldset>
  )
}

function Some({ permissions, onChange }: { permissions: readonly Permission[]; onChange: Props['onChange'] }) {
  const { t, i18n } = useLingui()
  const mine = useSession().operator.permissions
  const choose = (one: Permission, isChosen: boolean) =>
    onChange(isChosen ? [...permissions, one] : permissions.filter((other) => other !== one))
  const offered = PERMISSIONS.flatMap((one) => {
    const words = PERMISSION_WORDS[one]
    return words && mine.includes(one) ? [{ one, words }] : []
  })
  return (
    <fieldset className="choices choices-many" aria-label={t`Permissions`}>
      {offered.map(({ one, words }) => (
        <Choice
          key={one}
          type="checkbox"
          name={one}
          isChosen={permissions.includes(one)}
          onChange={(isChosen) => choose(one, isChosen)}
          label={<code>{one}</code>}
        >
          {i18n._(words)}
        </Choice>
      ))}
    </fieldset>
  )
}
