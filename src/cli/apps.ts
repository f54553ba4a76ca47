import { CLI } from '../core/access/actor.ts'
import { APPLICATION_ID, originsOf } from '../core/applications/application.ts'
import { createApplication } from '../core/applications/create.ts'
import { ERASE_APPLICATION, ERASE_DELAY_MS } from '../core/applications/erase.ts'
import { UNLIMITED } from '../core/applications/key-limits.ts'
import { newApiKey } from '../core/applications/make-key.ts'
import { findApplication, listApplications, markApplicationDeleted } from '../core/applications/store.ts'
import { tellChange } from '../core/audit/audited.ts'
import { generateInitialKeys } from '../core/signing-keys/keyring.ts'
import { rfc3339 } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { enqueue } from '../platform/jobs/jobs.ts'
import { byCli } from './by-cli.ts'
import { columns, done, type Outcome, refused } from './outcome.ts'

/** `antiphon apps create`: an application with its signing keys and its first management key. */
export async function createApp(
  deps: Deps,
  id: string,
  options: { name?: string; mode: 'dev' | 'prod' },
): Promise<Outcome> {
  if (!APPLICATION_ID.test(id)) {
    return refused(`${id} is no application id: 1 to 32 lower-case letters, digits and inner hyphens`)
  }
  const { secret, hash } = newApiKey(deps, options.mode)
  const signingKeys = await generateInitialKeys(deps, id)
  const app = {
    id,
    name: options.name ?? id,
    mode: options.mode,
    signingKeys,
    firstKey: { ...UNLIMITED, createdBy: CLI, hash },
  }
  const created = await byCli(deps, { appId: '', operation: 'createApplication', target: { appID: id } }, (mine) => {
    tellChange(mine, { after: { name: app.name, mode: app.mode } })
    return mine.transact((tx) => createApplication(tx, mine, app))
  })
  if (!created) {
    return refused(`the application id ${id} is taken; ids of deleted applications are not given out again`)
  }
  const origin = `${deps.config.publicScheme}://${id}.${deps.config.baseDomain}`
  return done(
    { app_id: id, management_key: secret },
    `Application ${id} answers at ${origin}.\nManagement key, shown this once: ${secret}`,
  )
}

/** `antiphon apps list` */
export async function listApps(deps: Deps): Promise<Outcome> {
  const apps = await listApplications(deps.db)
  const rows = apps.map((app) => ({
    app_id: app.id,
    name: app.name,
    mode: app.mode,
    origins: originsOf(app, deps.config, ''),
    created_at: rfc3339(app.createdAt),
  }))
  const lines = rows.map((row) => [row.app_id, row.name, row.mode, row.created_at, row.origins.join(' ')])
  return done(rows, columns([['ID', 'NAME', 'MODE', 'CREATED', 'ORIGINS'], ...lines], 'There is no application.'))
}

/** `antiphon apps delete`: from now on it answers nobody; a job of the server erases what belongs to it. */
export async function deleteApp(deps: Deps, id: string): Promise<Outcome> {
  const deleted = await byCli(deps, { appId: '', operation: 'deleteApplication', target: { appID: id } }, (mine) =>
    mine.transact(async (tx) => {
      const marked = await markApplicationDeleted(tx, id, deps.now())
      if (marked) await enqueue(tx, deps, id, ERASE_APPLICATION, null, ERASE_DELAY_MS)
      return marked
    }),
  )
  if (!deleted) return unknownApp(id)
  return done({ app_id: id }, `Application ${id} is deleted. A running server erases what belongs to it.`)
}

export const unknownApp = (id: string) => refused(`there is no application ${id}; see \`antiphon apps list\``)

/** Refuse unless the application exists. */
export async function ofApp(deps: Deps, id: string, work: () => Promise<Outcome>): Promise<Outcome> {
  return (await findApplication(deps.db, id)) ? await work() : unknownApp(id)
}
