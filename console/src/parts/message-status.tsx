import { Trans } from '@lingui/react/macro'
import type { Message } from '../api/operations.ts'
import { Badge } from './badge.tsx'

export function MessageStatus({ status }: Pick<Message, 'status'>) {
  if (status === 'queued') {
    return (
      <Badge>
        <Trans>waiting</Trans>
      </Badge>
    )
  }
  return status === 'sent' ? (
    <Badge tone="good">
      <Trans>sent</Trans>
    </Badge>
  ) : (
    <Badge tone="bad">
      <Trans>failed</Trans>
    </Badge>
  )
}
