import { Trans } from '@lingui/react/macro'
import type { WebhookDelivery } from '../api/operations.ts'
import { Badge } from './badge.tsx'

export function DeliveryStatus({ status }: Pick<WebhookDelivery, 'status'>) {
  if (status === 'delivered') {
    return (
      <Badge tone="good">
        <Trans>taken</Trans>
      </Badge>
    )
  }
  if (status === 'pending') {
    return (
      <Badge tone="warn">
        <Trans>waiting</Trans>
      </Badge>
    )
  }
  return status === 'halved' ? (
    <Badge>
      <Trans>halved</Trans>
    </Badge>
  ) : (
    <Badge tone="bad">
      <Trans>set aside</Trans>
    </Badge>
  )
}
