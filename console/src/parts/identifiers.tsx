import { Trans } from '@lingui/react/macro'
import type { User } from '../api/operations.ts'
import { Badge } from './badge.tsx'

/** Addresses and numbers, each with whether the user has proven it. */
export function Identifiers({ identifiers }: Pick<User, 'identifiers'>) {
  return (
    <ul className="plain-list">
      {identifiers.map(({ type, value, verified }) => (
        <li key={`${type} ${value}`}>
          {value}{' '}
          {verified === false ? (
            <Badge tone="warn">
              <Trans>not proven</Trans>
            </Badge>
          ) : (
            <Badge tone="good">
              <Trans>proven</Trans>
            </Badge>
          )}
        </li>
      ))}
    </ul>
  )
}
