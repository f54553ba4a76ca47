import type { Feature } from '../../platform/feature.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { proofSettings } from './settings.ts'
import { deleteOldSamples } from './store/samples.ts'
import { proofMigrations } from './tables.ts'

const DAY_MS = 86_400_000

export const proofNoun: Feature = {
  name: 'proof',
  migrations: proofMigrations,
  settings: [proofSettings],
  jobs: [sweepJob('refusal-samples', (tx, now, count) => deleteOldSamples(tx, now - 30 * DAY_MS, count))],
  tables: [['refusal_samples', 'reason']],
}
