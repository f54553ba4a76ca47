import { z } from 'zod'
import { settings } from '../../platform/settings.ts'

export const FAILURE_WINDOW_SECONDS = 600

export const finalizeSettings = settings('finalize', 'Finalize login', {
  failures_per_ip: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(60)
    .describe(
      'Failed finalizations that one address (IPv6: one /64) may make in ten minutes; successes are not counted.',
    ),
})
