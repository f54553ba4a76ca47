import { Trans, useLingui } from '@lingui/react/macro'
import { useSession } from '../../api/session.ts'
import { Choice } from '../../parts/choice.tsx'

interface Props {
  readonly apps: readonly string[] | null
  readonly onChange: (apps: readonly string[] | null) => void
}

/** All applications, or some by name. */
export function ApplicationChoice({ apps, onChange }: Props) {
  const { t } = useLingui()
  return (
    <fieldset className="choices">
      <legend>
        <Trans>Applications</Trans>
      </legend>
      <Choice name="apps" isChosen={apps === null} onChange={() => onChange(null)} label={t`All`}>
        <Trans>Those to come included, and what is of the whole instance.</Trans>
      </Choice>
      <Choice name="apps" isChosen={apps !== null} onChange={() => onChange(apps ?? [])} label={t`Only some`}>
        <Trans>Nothing of the instance: no operators, no health.</Trans>
      </Choice>
      {apps && <SomeApplications apps={apps} onChange={onChange} />}
    </fieldset>
  )
}

function SomeApplications({ apps, onChange }: { apps: readonly string[]; onChange: Props['onChange'] }) {
  const { t } = useLingui()
  const { applications } = useSession()
  const unlisted = apps.filter((id) => !applications.some((one) => one.id === id))
  const offered = [...applications, ...unlisted.map((id) => ({ id, name: id }))]
  const choose = (id: string, isChosen: boolean) =>
    onChange(isChosen ? [...apps, id] : apps.filter((one) => one !== id))
  return (
    <fieldset className="choices choices-many" aria-label={t`Which applications`}>
      {offered.map(({ id, name }) => (
        <Choice
          key={id}
          type="checkbox"
          name={id}
          isChosen={apps.includes(id)}
          onChange={(isChosen) => choose(id, isChosen)}
          label={
            <>
              <bdi>{name}</bdi> {name !== id && <code className="quiet">{id}</code>}
            </>
          }
        />
      ))}
    </fieldset>
  )
}
