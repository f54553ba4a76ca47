import { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import type { OwnedTable } from '../../platform/feature.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { doSlice, type Piece } from '../../platform/jobs/slice.ts'
import { eraseRows } from './store.ts'

export const ERASE_APPLICATION = 'applications/erase'

/** How long after the deletion: by then no process remembers the application, and no request to it is under way. */
export const ERASE_DELAY_MS = 60_000

/** Last of all, for the job that erases is among them: as long as anything else is left, it can be tried again. */
const JOBS: OwnedTable = ['jobs', 'id']

/** The job that deletes every row of a deleted application, few at a time and out of the way of people. The application's own row stays, so that its id is never given out again. */
export const eraseApplication = (tables: readonly OwnedTable[]) =>
  job({
    kind: ERASE_APPLICATION,
    payload: z.null(),
    async run(_, { appId }, deps) {
      const eraser = eraserOf(deps, appId)
      if (await doSlice(deps, ...tables.map(eraser))) return 'again'
      // Once its own row is gone this cannot be tried again.
      while (await doSlice(deps, eraser(JOBS)));
      deps.log.info({ app: appId }, 'an application was erased')
      return undefined
    },
  })

const eraserOf =
  (deps: Deps, appId: string) =>
  ([table, keyColumn]: OwnedTable): Piece =>
  (count) =>
    deps.transact((tx) => eraseRows(tx, table, keyColumn, appId, count))
