import { Trans, useLingui } from '@lingui/react/macro'
import { useParam, useSearchState } from '../../address.ts'
import { call, requestOf } from '../../api/call.ts'
import type { Group } from '../../api/operations.ts'
import { useRead } from '../../api/query.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { Button, OperationButton } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { GroupForm } from './group-form.tsx'

export default function Groups() {
  const { t } = useLingui()
  const path = { appID: useParam('appID') }
  const { search, change } = useSearchState()
  const { data, error, refetch } = useRead('listGroups', { path })
  const begin = (
    <OperationButton operation="createGroup" kind="primary" onClick={() => change({ new: 'true', edit: undefined })}>
      <Trans>New group</Trans>
    </OperationButton>
  )
  const close = () => change({ new: undefined, edit: undefined })
  const chosen = data?.groups.find(({ name }) => name === search.edit)
  return (
    <div className="stack">
      <ScreenHead title={t`Groups`} requests={[requestOf('listGroups', { path })]}>
        {data?.groups.length !== 0 && begin}
      </ScreenHead>
      {error && <ErrorNote failure={error} onRetry={() => refetch()} />}
      {!data && !error && <Waiting />}
      {data?.groups.length === 0 && (
        <EmptyState title={<Trans>There are no groups yet</Trans>} action={begin}>
          <Trans>A group gives its scopes to whoever is in it. Imports and logins of companies name groups, too.</Trans>
        </EmptyState>
      )}
      {data && data.groups.length > 0 && (
        <ul className="plain-list lines">
          {data.groups.map((group) => (
            <Line key={group.name} group={group} onChange={() => change({ edit: group.name, new: undefined })} />
          ))}
        </ul>
      )}
      {(search.new === 'true' || chosen) && <GroupForm key={chosen?.name ?? ''} group={chosen} onClose={close} />}
    </div>
  )
}

function Line({ group, onChange }: { group: Group; onChange: () => void }) {
  const { name, scopes } = group
  return (
    <li className="line">
      <div>
        <strong>{name}</strong>
        <p className="quiet">{scopes.join(', ') || <Trans>no scopes</Trans>}</p>
      </div>
      <div className="buttons">
        <Button onClick={onChange}>
          <Trans>Change</Trans>
        </Button>
        <RemoveGroup name={name} />
      </div>
    </li>
  )
}

function RemoveGroup({ name }: { name: string }) {
  const { t } = useLingui()
  const path = { appID: useParam('appID'), groupName: name }
  return (
    <ActButton
      operation="deleteGroup"
      kind="danger"
      label={<Trans>Delete</Trans>}
      name={name}
      title={t`Delete ${name}`}
      verb={t`Delete`}
      isDangerous
      typed={name}
      undo={t`It cannot be undone. A group of the same name that is made later is another one, and nobody is in it.`}
      act={async () => {
        await call('deleteGroup', { path })
        return t`It is deleted.`
      }}
      shownBy={['listGroups']}
    >
      <Trans>It is gone from every session with the next refresh, and whoever is in it loses what it gave.</Trans>
    </ActButton>
  )
}
