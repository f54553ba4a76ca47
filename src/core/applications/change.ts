import type { Tx } from '../../platform/db.ts'
import { afterCommit } from '../../platform/db-context.ts'
import type { Deps } from '../../platform/deps.ts'
import { tellChange } from '../audit/audited.ts'
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
      // Without a member it only says that what belongs to the application is another: whoever changed that tells of it.
      if (Object.keys(change).length > 0)
        tellChange(deps, { before: wireOf(app, change), after: wireOf(change, change) })
      afterCommit(() => directory(deps).forget(appId))
      return { ...app, ...change, version: app.version + 1 }
    }
  }
}

/** The members that a change names, as the API writes them. All of them are shown. */
function wireOf(
  from: ApplicationChange,
  { name, mode, publicOrigins, allowedOrigins, redirectUris, domains, settings }: ApplicationChange,
) {
  return {
    ...(name !== undefined && { name: from.name }),
    ...(mode !== undefined && { mode: from.mode }),
    ...(publicOrigins && { public_origins: from.publicOrigins }),
    ...(allowedOrigins && { allowed_origins: from.allowedOrigins }),
    ...(redirectUris && { redirect_uris: from.redirectUris }),
    ...(domains && { domains: from.domains }),
    ...(settings && { settings: from.settings }),
  }
}
