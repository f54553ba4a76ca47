import { Trans, useLingui } from '@lingui/react/macro'
import { call } from '../../api/call.ts'
import { useRead } from '../../api/query.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import type { UserPath } from './path.ts'
import { RightButton } from './rights.tsx'

/** Every scope of the application, and whether the user has it directly. */
export function Scopes({ path, scopes }: { path: UserPath; scopes: readonly string[] }) {
  const { t } = useLingui()
  const { appID } = path
  const { data, error, refetch } = useRead('listScopes', { path: { appID } })
  if (error) return <ErrorNote failure={error} onRetry={() => refetch()} />
  if (!data) return <Waiting />
  const all = [...new Set([...data.scopes, ...scopes])]
  if (all.length === 0) {
    return (
      <EmptyState title={<Trans>The application has no scopes</Trans>}>
        <Trans>A scope says what an access token may be used for. Make one first.</Trans>
      </EmptyState>
    )
  }
  return (
    <div className="stack">
      <p className="quiet">
        <Trans>What a group gives is not told here.</Trans>
      </p>
      <ul className="plain-list lines">
        {all.map((scope) => (
          <li key={scope} className="line">
            <code>{scope}</code>
            {scopes.includes(scope) ? (
              <RightButton
                operation="removeUserScope"
                shownBy="getUser"
                label={t`Take ${scope} away`}
                change={() => call('removeUserScope', { path: { ...path }, body: { scope } })}
              >
                <Trans>Take away</Trans>
              </RightButton>
            ) : (
              <RightButton
                operation="addUserScope"
                shownBy="getUser"
                label={t`Grant ${scope}`}
                change={() => call('addUserScope', { path: { ...path }, body: { scope } })}
              >
                <Trans>Grant</Trans>
              </RightButton>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
