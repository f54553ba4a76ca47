import { Trans, useLingui } from '@lingui/react/macro'
import { useMatches, useNavigate, useParams } from '@tanstack/react-router'
import { type OfferedApplication, useSession } from '../api/session.ts'
import { Badge } from '../parts/badge.tsx'
import { SCREENS } from '../screens.ts'

/** More than these are too many to look through. */
const MOST_IN_SELECT = 50

export function ApplicationPicker() {
  const { applications } = useSession()
  const { appID } = useParams({ strict: false }) as { appID?: string }
  const navigate = useNavigate()
  const shown = useMatches({ select: (matches) => matches.at(-1)?.fullPath })
  // The same screen of the other application, where that is one of its own.
  const target = SCREENS.find(({ entry, path }) => entry && path === shown)?.path ?? '/apps/$appID'
  const chosen = applications.find(({ id }) => id === appID)
  const choose = (id: string) => navigate({ to: target, params: { appID: id } })
  if (applications.length === 0) return null
  return (
    <div className="picker">
      {applications.length > MOST_IN_SELECT ? (
        <ByName applications={applications} chosen={chosen} onChoose={choose} />
      ) : (
        <BySelect applications={applications} chosen={chosen} onChoose={choose} />
      )}
      {chosen?.mode === 'dev' && (
        <Badge>
          <Trans>development</Trans>
        </Badge>
      )}
    </div>
  )
}

interface Props {
  readonly applications: readonly OfferedApplication[]
  readonly chosen: OfferedApplication | undefined
  readonly onChoose: (id: string) => void
}

function BySelect({ applications, chosen, onChoose }: Props) {
  const { t } = useLingui()
  return (
    <select aria-label={t`Application`} value={chosen?.id ?? ''} onChange={({ target }) => onChoose(target.value)}>
      {!chosen && <option value="">{t`Choose an application`}</option>}
      {applications.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}

/** A field that the browser completes; goes on as soon as it says one of them. */
function ByName({ applications, chosen, onChoose }: Props) {
  const { t } = useLingui()
  const settle = (text: string) => {
    const meant = applications.find(({ id, name }) => id === text || name === text)
    if (meant) onChoose(meant.id)
  }
  return (
    <>
      <input
        key={chosen?.id}
        list="applications"
        aria-label={t`Application`}
        placeholder={chosen?.name ?? t`Choose an application`}
        onChange={({ target }) => settle(target.value)}
      />
      <datalist id="applications">
        {applications.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </datalist>
    </>
  )
}
