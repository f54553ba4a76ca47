import { z } from 'zod'
import { settings } from '../../platform/settings.ts'

export const webhookSettings = settings('webhooks', 'Webhooks', {
  notice_address: z
    .union([z.literal(''), z.email()])
    .default('')
    .describe(
      'Who is told by e-mail when a webhook has failed for an hour, a day and seven days, and when it is paused; and when a custom domain was not proven for seven days, and for thirty. Empty: nobody; the events `webhook.paused` and `domain.failed`, and the metrics, tell.',
    ),
})
