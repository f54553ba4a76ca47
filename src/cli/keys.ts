import { CLI } from '../core/access/actor.ts'
import { type ApiKey, endApiKey, listApiKeys, MAX_API_KEYS, type NewApiKey } from '../core/applications/api-keys.ts'
import { UNLIMITED } from '../core/applications/key-limits.ts'
import { makeApiKey, newApiKey, rotateApiKey } from '../core/applications/make-key.ts'
import { findApplication, listApplications } from '../core/applications/store.ts'
import { tellChange } from '../core/audit/audited.ts'
import { rfc3339 } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { ofApp } from './apps.ts'
import { byCli } from './by-cli.ts'
import { type KeyFlags, readKeyFlags } from './key-flags.ts'
import { columns, done, misused, type Outcome, refused } from './outcome.ts'

/** Whose keys: those of one application, or of the instance. */
export type KeyHolder = { readonly app?: string; readonly instance?: boolean }

const INSTANCE = ''
const TOO_MANY = refused(`there are ${MAX_API_KEYS} keys already: revoke one first`)

/** Run `work` with the id under which the holder's keys are stored. */
export async function ofHolder(
  deps: Deps,
  holder: KeyHolder,
  work: (appId: string) => Promise<Outcome>,
): Promise<Outcome> {
  const { app, instance = false } = holder
  if ((app !== undefined) === instance) return misused('say whose: either --app <id> or --instance')
  return app === undefined ? await work(INSTANCE) : await ofApp(deps, app, () => work(app))
}

/** What a new key of an application is called by; those of the instance are live ones. */
const modeOf = async (deps: Deps, appId: string) => (await findApplication(deps.db, appId))?.mode ?? 'prod'

/** `antiphon keys create` */
export async function createKey(
  deps: Deps,
  holder: KeyHolder,
  { name, ...flags }: KeyFlags & { readonly name: string },
): Promise<Outcome> {
  const given = readKeyFlags(flags, deps.now())
  if ('problem' in given) return misused(given.problem)
  return await ofHolder(deps, holder, async (appId) => {
    const { secret, hash } = newApiKey(deps, await modeOf(deps, appId))
    const order = { ...UNLIMITED, ...given, appId, name, createdBy: CLI, hash }
    const made = await byCli(deps, { appId, operation: 'createKey' }, (mine) =>
      mine.transact(async (tx) => {
        const outcome = await makeApiKey(tx, mine, order)
        if (outcome.kind === 'made') tellChange(mine, { target: { keyID: outcome.key.id }, after: toldOf(outcome.key) })
        return outcome
      }),
    )
    if (made.kind === 'too_many') return TOO_MANY
    const whose = appId === INSTANCE ? 'every application' : `application ${appId}`
    return done(
      { ...viewOf(made.key), management_key: secret },
      `Key ${made.key.id} manages ${whose}. Shown this once: ${secret}`,
    )
  })
}

/** `antiphon keys list` */
export async function listKeys(deps: Deps, holder: KeyHolder): Promise<Outcome> {
  return await ofHolder(deps, holder, async (appId) => {
    const rows = (await listApiKeys(deps.db, appId, deps.now())).map(viewOf)
    const lines = rows.map((row) => [
      row.key_id,
      row.name,
      row.created_at,
      row.last_used_at ?? 'never',
      row.expires_at ?? 'never',
      row.allowed_networks?.join(' ') ?? 'any',
      row.permissions?.join(' ') ?? 'all',
    ])
    const heads = ['ID', 'NAME', 'CREATED', 'LAST USED', 'EXPIRES', 'NETWORKS', 'PERMISSIONS']
    return done(rows, columns([heads, ...lines], 'There is no key.'))
  })
}

const timeOf = (ms: number | undefined) => (ms === undefined ? null : rfc3339(ms))

const viewOf = (key: Omit<NewApiKey, 'hash'> & Partial<ApiKey>) => ({
  key_id: key.id,
  app_id: key.appId || null,
  name: key.name,
  permissions: key.permissions ?? null,
  allowed_networks: key.allowedNetworks ?? null,
  created_at: rfc3339(key.createdAt),
  created_by: key.createdBy ?? null,
  expires_at: timeOf(key.expiresAt),
  last_used_at: timeOf(key.lastUsedAt),
  replaced_by: key.replacedBy ?? null,
})

const toldOf = (key: Omit<NewApiKey, 'hash'> & Partial<ApiKey>) => {
  const { key_id: id, app_id: _, ...told } = viewOf(key)
  return { id, ...told }
}

/** Every id under which keys are stored, the instance first. */
const holders = async (deps: Deps) => [INSTANCE, ...(await listApplications(deps.db)).map((app) => app.id)]

/** `antiphon keys revoke`: the key of any application or of the instance. */
export async function revokeKey(deps: Deps, keyId: string): Promise<Outcome> {
  const appId = await findHolder(deps, keyId)
  const revoked =
    appId !== undefined &&
    (await byCli(deps, { appId, operation: 'deleteKey', target: { keyID: keyId } }, (mine) =>
      mine.transact((tx) => endApiKey(tx, appId, keyId, deps.now())),
    ))
  return revoked ? done({ key_id: keyId }, `Key ${keyId} is revoked.`) : refused(`there is no live key ${keyId}`)
}

const HOUR_MS = 3_600_000
const MAX_OVERLAP_HOURS = 720

/** `antiphon keys rotate`: the key of any application or of the instance. */
export async function rotateKey(
  deps: Deps,
  keyId: string,
  { overlapHours, expires }: { readonly overlapHours: string; readonly expires?: string },
): Promise<Outcome> {
  const hours = /^\d{1,3}$/.test(overlapHours) ? Number(overlapHours) : Number.NaN
  if (!(hours <= MAX_OVERLAP_HOURS)) return misused(`--overlap-hours takes a whole number up to ${MAX_OVERLAP_HOURS}`)
  const given = readKeyFlags(expires === undefined ? {} : { expires }, deps.now())
  if ('problem' in given) return misused(given.problem)
  const appId = await findHolder(deps, keyId)
  if (appId === undefined) return refused(`there is no live key ${keyId}`)
  const { secret, hash } = newApiKey(deps, await modeOf(deps, appId))
  const rotation = { overlapMs: hours * HOUR_MS, expiresAt: given.expiresAt, createdBy: CLI, hash }
  const commanded = { appId, operation: 'rotateKey', target: { keyID: keyId } }
  const rotated = await byCli(deps, commanded, (mine) =>
    mine.transact(async (tx) => {
      const outcome = await rotateApiKey(tx, mine, { appId, id: keyId }, UNLIMITED, rotation)
      if (outcome.kind === 'rotated') tellChange(mine, { after: toldOf(outcome.previous) })
      return outcome
    }),
  )
  if (rotated.kind === 'too_many') return TOO_MANY
  if (rotated.kind !== 'rotated') return refused(`the key ${keyId} is rotated already`)
  const previous = viewOf(rotated.previous)
  return done(
    { ...viewOf(rotated.key), management_key: secret, previous },
    `Key ${rotated.key.id} takes the place of ${keyId}, which works until ${previous.expires_at}. Shown this once: ${secret}`,
  )
}

async function findHolder(deps: Deps, keyId: string): Promise<string | undefined> {
  for (const appId of await holders(deps)) {
    if ((await listApiKeys(deps.db, appId, deps.now())).some((key) => key.id === keyId)) return appId
  }
  return undefined
}
