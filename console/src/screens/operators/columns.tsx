import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useSession } from '../../api/session.ts'
import { AppLink } from '../../parts/app-link.tsx'
import { Badge } from '../../parts/badge.tsx'
import type { Column } from '../../parts/data-table.tsx'
import { Made } from '../../parts/made.tsx'
import { Time } from '../../parts/time.tsx'
import type { Listed } from './listed.ts'
import { ROLE_WORDS, type Role } from './role-words.ts'
import { RowActions } from './row-actions.tsx'

export const COLUMNS: readonly Column<Listed>[] = [
  { id: 'name', header: msg`Name`, cell: (operator) => <Who operator={operator} /> },
  { id: 'role', header: msg`Role`, cell: ({ role }) => <RoleName role={role} /> },
  { id: 'apps', header: msg`Applications`, cell: ({ apps }) => <Applications apps={apps} /> },
  { id: 'passkeys', header: msg`Passkeys`, cell: ({ passkeys }) => <Passkeys count={passkeys} /> },
  { id: 'sessions', header: msg`Sessions`, cell: ({ sessions }) => sessions },
  {
    id: 'seen',
    header: msg`Seen last`,
    cell: ({ last_seen_at }) => (last_seen_at ? <Time at={last_seen_at} isInTable /> : <Trans>never</Trans>),
  },
  { id: 'actions', header: msg`Change`, cell: (operator) => <RowActions operator={operator} /> },
  { id: 'made', header: msg`Made by`, cell: (operator) => <Made of={operator} /> },
]

function Who({ operator }: { operator: Listed }) {
  const isMe = useSession().operator.id === operator.id
  return (
    <div className="name-cell">
      <bdi>{operator.name}</bdi>{' '}
      {isMe && (
        <Badge>
          <Trans>you</Trans>
        </Badge>
      )}
      <br />
      <span className="quiet">{operator.email}</span>
    </div>
  )
}

function RoleName({ role }: { role: Role }) {
  const { i18n } = useLingui()
  return i18n._(ROLE_WORDS[role].name)
}

function Applications({ apps }: Pick<Listed, 'apps'>) {
  if (!apps) return <Trans>all</Trans>
  return (
    <ul className="plain-list">
      {apps.map((id) => (
        <li key={id}>
          <AppLink id={id} />
        </li>
      ))}
    </ul>
  )
}

function Passkeys({ count }: { count: number }) {
  if (count > 0) return count
  return (
    <Badge tone="warn">
      <Trans>none</Trans>
    </Badge>
  )
}
