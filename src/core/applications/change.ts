import { afterCommit, type Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Application } from './application.ts'
import { directory } from './directory.ts'
import { type ApplicationChange, findApplication, swapApplication } from './store.ts'

/**
 * Change an application to what `decide` makes of its present state, again until no other change came between.
 * Answers the changed application; undefined when there is none.
 */
export async function changeApplication(
  tx: Tx,
  deps: Deps,
  appId: string,
  decide: (app: Application) => ApplicationChange,
): Promise<Application | undefined> {
  for (;;) {
    const app = await findApplication(tx, appId)
    if (!app) return undefined
    const change = decide(app)
    if (await swapApplication(tx, appId, app.version, change)) {
      afterCommit(() => directory(deps).forget(appId))
      return { ...app, ...change, version: app.version + 1 }
    }
  }
}
