import { Trans, useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { useRead } from '../../api/query.ts'
import { ErrorNote } from '../../parts/error-note.tsx'

export function GroupField({ group, onChoose }: { group: string; onChoose: (group: string) => void }) {
  const { t } = useLingui()
  const appID = useParam('appID')
  const { data, error } = useRead('listGroups', { path: { appID } })
  if (error) return <ErrorNote failure={error} />
  return (
    <label className="field">
      <span>
        <Trans>Group</Trans>
      </span>
      <select value={group} onChange={({ target }) => onChoose(target.value)}>
        <option value="">{t`Choose a group`}</option>
        {data?.groups.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
}
