import { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import type { Feature } from '../../platform/feature.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { settingsOf } from '../../platform/settings.ts'
import { trustedTime } from '../../platform/time/trusted.ts'
import { listApplicationsAfter } from '../applications/store.ts'
import { dayOf } from './chain.ts'
import { auditSettings } from './settings.ts'
import { deleteOldDays } from './store.ts'
import { auditMigrations } from './tables.ts'

const DAY_MS = 86_400_000
const BATCH = 500
const APPLICATIONS_AT_ONCE = 100
/** Of what concerns the whole instance. */
const INSTANCE = { id: '', settings: {} }

/** Deletes what is older than each application keeps. What is deleted is so for good: while the clocks contradict each other it waits. */
const sweep = job({
  kind: 'sweep/audit',
  payload: z.null(),
  everySeconds: 3_600,
  async run(_payload, _context, deps) {
    const now = await trustedTime(deps).forDeletion()
    if (now === undefined) return
    await sweepOf(deps, INSTANCE, now)
    for (let after: string | undefined; ; ) {
      const apps = await listApplicationsAfter(deps.db, after, APPLICATIONS_AT_ONCE)
      for (const app of apps) await sweepOf(deps, app, now)
      if (apps.length < APPLICATIONS_AT_ONCE) return
      after = apps.at(-1)?.id
    }
  },
})

async function sweepOf(deps: Deps, app: { id: string; settings: Readonly<Record<string, unknown>> }, now: number) {
  const day = dayOf(now - settingsOf(app, auditSettings).retention_days * DAY_MS)
  while ((await deps.transact((tx) => deleteOldDays(tx, app.id, day, BATCH))) > 0) {
    // Each batch is a transaction of its own: nobody waits long for its locks.
  }
}

export const auditNoun: Feature = {
  name: 'audit',
  migrations: auditMigrations,
  settings: [auditSettings],
  jobs: [sweep],
  tables: [
    ['audit_rows', 'id'],
    ['audit_heads', 'day'],
  ],
}
