import { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import type { OwnedTable } from '../../platform/feature.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { eraseRows } from './store.ts'

const BATCH = 500

export const ERASE_APPLICATION = 'applications/erase'

/** How long after the deletion: by then no process remembers the application, and no request to it is under way. */
export const ERASE_DELAY_MS = 60_000

/** Last of all, for the job that erases is among them: as long as anything else is left, it can be tried again. */
const JOBS: OwnedTable = ['jobs', 'id']

/** The job that deletes every row of a deleted application, in batches. The application's own row stays, so that its id is never given out again. */
export const eraseApplication = (tables: readonly OwnedTable[]) =>
  job({
    kind: ERASE_APPLICATION,
    payload: z.null(),
    async run(_, { appId }, deps) {
      for (const [table, keyColumn] of [...tables, JOBS]) await eraseTable(deps, table, keyColumn, appId)
      deps.log.info({ app: appId }, 'an application was erased')
    },
  })

async function eraseTable(deps: Deps, table: string, keyColumn: string, appId: string) {
  while ((await deps.transact((tx) => eraseRows(tx, table, keyColumn, appId, BATCH))) > 0) {
    // Each batch is a transaction of its own: nobody waits long for its locks.
  }
}
