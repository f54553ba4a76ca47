import { useLingui } from '@lingui/react/macro'
import { useParam } from '../../address.ts'
import { requestOf } from '../../api/call.ts'
import { useRead } from '../../api/query.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ScreenHead } from '../../parts/screen-head.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { Waiting } from '../../parts/waiting.tsx'
import { Groups } from './groups.tsx'
import { Identities } from './identities.tsx'
import { Messages } from './messages.tsx'
import { Overview } from './overview.tsx'
import { Passkeys } from './passkeys.tsx'
import { Scopes } from './scopes.tsx'
import { Sessions } from './sessions.tsx'
import { Timeline } from './timeline.tsx'
import { Token } from './token.tsx'
import { UserActions } from './user-actions.tsx'

export default function User() {
  const { t } = useLingui()
  const path = { appID: useParam('appID'), userID: useParam('userID') }
  const input = { path, query: { unverified: 'true' } } as const
  const { data, error, refetch } = useRead('getUser', input)
  const head = nameOf(data?.user.profile) ?? path.userID
  if (error) {
    return (
      <div className="stack">
        <ScreenHead title={head} requests={[requestOf('getUser', input)]} />
        <ErrorNote failure={error} onRetry={() => refetch()} />
      </div>
    )
  }
  if (!data) return <Waiting />
  const { user } = data
  const tabs = [
    { id: 'overview', label: t`Overview`, content: () => <Overview user={user} path={path} /> },
    { id: 'sessions', label: t`Sessions`, content: () => <Sessions path={path} /> },
    { id: 'identities', label: t`Linked accounts`, content: () => <Identities path={path} /> },
    { id: 'passkeys', label: t`Passkeys`, content: () => <Passkeys path={path} /> },
    { id: 'groups', label: t`Groups`, content: () => <Groups path={path} /> },
    { id: 'scopes', label: t`Scopes`, content: () => <Scopes path={path} scopes={user.scopes} /> },
    { id: 'token', label: t`Token`, content: () => <Token path={path} /> },
    { id: 'messages', label: t`Messages`, content: () => <Messages user={user} path={path} /> },
    { id: 'events', label: t`Events`, content: () => <Timeline path={path} /> },
  ]
  return (
    <div className="stack">
      <ScreenHead title={head} requests={[requestOf('getUser', input)]}>
        <UserActions user={user} path={path} />
      </ScreenHead>
      <p className="id-line">
        <code>{user.id}</code> <CopyButton text={user.id} />
      </p>
      <Tabs label={t`What there is of the user`} tabs={tabs} />
    </div>
  )
}

/** What the profile calls the user. */
function nameOf(profile: Readonly<Record<string, unknown>> = {}): string | undefined {
  const { name, first_name, last_name, given_name, family_name } = profile
  const whole = name ?? [first_name ?? given_name, last_name ?? family_name].filter(Boolean).join(' ')
  return typeof whole === 'string' && whole !== '' ? whole : undefined
}
