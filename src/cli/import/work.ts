import { directory } from '../../core/applications/directory.ts'
import { listApplications } from '../../core/applications/store.ts'
import { loadSlice } from '../../core/imports/load.ts'
import { rollBack } from '../../core/imports/rollback.ts'
import { findImport } from '../../core/imports/store.ts'
import { pause } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Import } from './calls.ts'

/** Who got nothing done was in the way of somebody else who does the same. */
const BESIDE_ANOTHER_MS = 500

/** Do for a moment what an import has to do, as a server would. */
export async function work(deps: Deps, appId: string, one: Import): Promise<void> {
  const begun = deps.monotonic()
  await doSome(deps, appId, one)
  if (deps.monotonic() - begun >= BESIDE_ANOTHER_MS) return
  const after = await findImport(deps.db, appId, one.id)
  if (after?.status === one.status) await pause(BESIDE_ANOTHER_MS)
}

async function doSome(deps: Deps, appId: string, { id, status }: Import): Promise<unknown> {
  if (status === 'rolling_back') return await rollBack.run({ import_id: id }, { appId, jobId: '' }, deps)
  const app = await directory(deps).find(appId)
  return app && (await loadSlice(deps, app, id))
}

/** The application that an import is of. */
export async function findHolder(deps: Deps, importId: string): Promise<string | undefined> {
  for (const { id } of await listApplications(deps.db)) if (await findImport(deps.db, id, importId)) return id
  return undefined
}
