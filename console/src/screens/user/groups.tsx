import { Trans, useLingui } from '@lingui/react/macro'
import { call } from '../../api/call.ts'
import { useRead } from '../../api/query.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import type { UserPath } from './path.ts'
import { RightButton } from './rights.tsx'

/** Every group of the application, and whether the user is in it. */
export function Groups({ path }: { path: UserPath }) {
  const { t } = useLingui()
  const { appID } = path
  const own = useRead('listUserGroups', { path: { ...path } })
  const all = useRead('listGroups', { path: { appID } })
  const failure = own.error ?? all.error
  if (failure) return <ErrorNote failure={failure} onRetry={() => Promise.all([own.refetch(), all.refetch()])} />
  if (!own.data || !all.data) return <Waiting />
  if (all.data.groups.length === 0) {
    return (
      <EmptyState title={<Trans>The application has no groups</Trans>}>
        <Trans>A group gives scopes to whoever is in it. Make one first.</Trans>
      </EmptyState>
    )
  }
  const mine = new Set(own.data.groups)
  return (
    <ul className="plain-list lines">
      {all.data.groups.map(({ name, scopes }) => (
        <li key={name} className="line">
          <div>
            <strong>{name}</strong>
            <p className="quiet">{scopes.join(', ') || <Trans>no scopes</Trans>}</p>
          </div>
          {mine.has(name) ? (
            <RightButton
              operation="removeUserFromGroup"
              shownBy="listUserGroups"
              label={t`Take out of ${name}`}
              change={() => call('removeUserFromGroup', { path: { ...path, groupName: name } })}
            >
              <Trans>Take out</Trans>
            </RightButton>
          ) : (
            <RightButton
              operation="addUserToGroup"
              shownBy="listUserGroups"
              label={t`Add to ${name}`}
              change={() => call('addUserToGroup', { path: { ...path }, body: { group: name } })}
            >
              <Trans>Add</Trans>
            </RightButton>
          )}
        </li>
      ))}
    </ul>
  )
}
