import { z } from 'zod'
import { settings } from '../../platform/settings.ts'

export const proofSettings = settings('proof', 'Proof of a migration', {
  legacy_users: z
    .int()
    .min(0)
    .max(300_000_000)
    .default(0)
    .describe(
      'How many users the legacy system has, as it says itself; 0: not said. Without an import nothing else tells how many are yet to come, and with one it tells whether the file had them all.',
    ),
})
