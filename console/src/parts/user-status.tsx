import { Trans } from '@lingui/react/macro'
import type { User } from '../api/operations.ts'
import { Badge } from './badge.tsx'

export function UserStatus({ status }: Pick<User, 'status'>) {
  return status === 'active' ? (
    <Badge tone="good">
      <Trans>active</Trans>
    </Badge>
  ) : (
    <Badge tone="bad">
      <Trans>blocked</Trans>
    </Badge>
  )
}
