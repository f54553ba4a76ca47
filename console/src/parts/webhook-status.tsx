import { Trans } from '@lingui/react/macro'
import type { Webhook } from '../api/operations.ts'
import { Badge } from './badge.tsx'

export function WebhookStatus({ status }: Pick<Webhook, 'status'>) {
  if (status === 'healthy') {
    return (
      <Badge tone="good">
        <Trans>healthy</Trans>
      </Badge>
    )
  }
  if (status === 'inactive') {
    return (
      <Badge>
        <Trans>inactive</Trans>
      </Badge>
    )
  }
  return status === 'failing' ? (
    <Badge tone="warn">
      <Trans>failing</Trans>
    </Badge>
  ) : (
    <Badge tone="bad">
      <Trans>paused</Trans>
    </Badge>
  )
}
