import { type ApiKey, endApiKey, insertApiKey, listApiKeys, MAX_API_KEYS } from '../core/applications/api-keys.ts'
import { newApiKey } from '../core/applications/create.ts'
import { listApplications } from '../core/applications/store.ts'
import { rfc3339 } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { newId } from '../platform/ids.ts'
import { ofApp } from './apps.ts'
import { columns, done, type Outcome, refused } from './outcome.ts'

/** Whose keys: those of one application, or of the instance. */
export type KeyHolder = { readonly app?: string; readonly instance?: boolean }

const INSTANCE = ''

/** Run `work` with the id under which the holder's keys are stored. */
async function ofHolder(deps: Deps, holder: KeyHolder, work: (appId: string) => Promise<Outcome>): Promise<Outcome> {
  const { app, instance = false } = holder
  if ((app !== undefined) === instance) return refused('say whose keys: either --app <id> or --instance')
  return app === undefined ? await work(INSTANCE) : await ofApp(deps, app, () => work(app))
}

/** `antiphon keys create` */
export async function createKey(deps: Deps, holder: KeyHolder, name: string): Promise<Outcome> {
  return await ofHolder(deps, holder, async (appId) => {
    const { secret, hash } = newApiKey(deps)
    const row = { id: newId('key', deps), appId, name, permissions: undefined, hash, createdAt: deps.now() }
    if ((await listApiKeys(deps.db, appId)).length >= MAX_API_KEYS) {
      return refused(`there are ${MAX_API_KEYS} keys already: revoke one first`)
    }
    await deps.transact((tx) => insertApiKey(tx, row))
    const whose = appId === INSTANCE ? 'every application' : `application ${appId}`
    return done(
      { key_id: row.id, app_id: appId || null, name, management_key: secret },
      `Key ${row.id} manages ${whose}. Shown this once: ${secret}`,
    )
  })
}

/** `antiphon keys list` */
export async function listKeys(deps: Deps, holder: KeyHolder): Promise<Outcome> {
  return await ofHolder(deps, holder, async (appId) => {
    const rows = (await listApiKeys(deps.db, appId)).map(viewOf)
    const lines = rows.map((row) => [row.key_id, row.name, row.created_at])
    return done(rows, columns([['ID', 'NAME', 'CREATED'], ...lines], 'There is no key.'))
  })
}

const viewOf = ({ id, appId, name, createdAt }: ApiKey) => ({
  key_id: id,
  app_id: appId || null,
  name,
  created_at: rfc3339(createdAt),
})

/** `antiphon keys revoke`: the key of any application or of the instance. */
export async function revokeKey(deps: Deps, keyId: string): Promise<Outcome> {
  const apps = await listApplications(deps.db)
  const revoked = await deps.transact(async (tx) => {
    for (const appId of [INSTANCE, ...apps.map((app) => app.id)]) {
      if (await endApiKey(tx, appId, keyId, deps.now())) return true
    }
    return false
  })
  return revoked ? done({ key_id: keyId }, `Key ${keyId} is revoked.`) : refused(`there is no live key ${keyId}`)
}
