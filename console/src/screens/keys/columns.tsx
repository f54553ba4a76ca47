import { msg } from '@lingui/core/macro'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import type { ManagementKey } from '../../api/operations.ts'
import { AskingButton } from '../../parts/asking-button.tsx'
import { Badge } from '../../parts/badge.tsx'
import type { Column } from '../../parts/data-table.tsx'
import { Made } from '../../parts/made.tsx'
import { Time } from '../../parts/time.tsx'
import { RevokeKey } from './revoke-key.tsx'
import { RotateKey } from './rotate-key.tsx'

export const COLUMNS: readonly Column<ManagementKey>[] = [
  { id: 'name', header: msg`Name`, cell: (key) => <Name of={key} /> },
  { id: 'permissions', header: msg`May`, cell: ({ permissions }) => <Permissions permissions={permissions} /> },
  {
    id: 'used',
    header: msg`Used last`,
    cell: ({ last_used_at }) => (last_used_at ? <Time at={last_used_at} isInTable /> : <Trans>never</Trans>),
  },
  {
    id: 'expires',
    header: msg`Ends`,
    cell: ({ expires_at }) => (expires_at ? <Time at={expires_at} isInTable /> : <Trans>never</Trans>),
  },
  { id: 'networks', header: msg`From`, cell: (key) => <Networks of={key} /> },
  { id: 'actions', header: msg`Change`, cell: (key) => <Actions of={key} /> },
  { id: 'made', header: msg`Made by`, cell: (key) => <Made of={key} /> },
]

function Name({ of: { name, id, replaced_by } }: { of: ManagementKey }) {
  return (
    <div className="name-cell">
      <bdi>{name}</bdi>{' '}
      {replaced_by && (
        <Badge tone="warn">
          <Trans>replaced</Trans>
        </Badge>
      )}
      <br />
      <code className="quiet">{id}</code>
    </div>
  )
}

function Permissions({ permissions }: Pick<ManagementKey, 'permissions'>) {
  if (!permissions) return <Trans>everything</Trans>
  return (
    <details>
      <summary>
        <Plural value={permissions.length} one="# permission" other="# permissions" />
      </summary>
      <ul className="plain-list">
        {permissions.map((one) => (
          <li key={one}>
            <code>{one}</code>
          </li>
        ))}
      </ul>
    </details>
  )
}

function Networks({ of: { allowed_networks } }: { of: ManagementKey }) {
  if (!allowed_networks) return <Trans>anywhere</Trans>
  return (
    <ul className="plain-list">
      {allowed_networks.map((one) => (
        <li key={one}>
          <code>{one}</code>
        </li>
      ))}
    </ul>
  )
}

function Actions({ of: key }: { of: ManagementKey }) {
  const { t } = useLingui()
  const { name, replaced_by } = key
  return (
    <div className="row-buttons">
      <AskingButton
        operation="rotateKey"
        aria-label={t`Rotate ${name}`}
        {...(replaced_by && { reason: t`It was rotated already, to ${replaced_by}.` })}
        dialog={(close) => <RotateKey of={key} onClose={close} />}
      >
        <Trans>Rotate</Trans>
      </AskingButton>
      <AskingButton
        operation="deleteKey"
        kind="danger"
        aria-label={t`Revoke ${name}`}
        dialog={(close) => <RevokeKey of={key} onClose={close} />}
      >
        <Trans>Revoke</Trans>
      </AskingButton>
    </div>
  )
}
