import { z } from 'zod'
import { settings } from '../../platform/settings.ts'

export const auditSettings = settings('audit', 'Audit log', {
  retention_days: z
    .int()
    .min(7)
    .max(3_650)
    .default(365)
    .describe('How long the log of changes is kept. It goes by whole days, so that the chain of what is left holds.'),
})
