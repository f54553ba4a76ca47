import { z } from 'zod'
import { settings } from '../../platform/settings.ts'

export const messageSettings = settings('messages', 'Messages', {
  security_notices: z
    .boolean()
    .default(true)
    .describe(
      'Whether a user’s older addresses are told when an address or number is added or removed, or the password is changed: by e-mail, to who has none by SMS.',
    ),
})
