import { z } from 'zod'
import { settings } from '../../platform/settings.ts'

export const stepUpSettings = settings('step_up', 'Step-up', {
  proof_age_seconds: z
    .int()
    .min(0)
    .max(30 * 86_400)
    .default(86_400)
    .describe(
      'For scopes of the account itself (`prld:…`), an identifier that was proven less than this long ago, or since the login, proves nothing while the user has an older one: whoever holds a stolen session cannot prove by an identifier of their own. Nor does a passkey that was made less than this long ago, beside an identifier or an older passkey.',
    ),
})
