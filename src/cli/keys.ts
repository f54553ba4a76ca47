import { CLI } from '../core/access/actor.ts'
import { type ApiKey, endApiKey, listApiKeys, MAX_API_KEYS, type NewApiKey } from '../core/applications/api-keys.ts'
import { UNLIMITED } from '../core/applications/key-limits.ts'
import { makeApiKey, newApiKey, rotateApiKey } from '../core/applications/make-key.ts'
import { listApplications } from '../core/applications/store.ts'
import { tellChange } from '../core/audit/audited.ts'
import { rfc3339 } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { byCli } from './by-cli.ts'
import type { NewLimits, NewTimes } from './key-flags.ts'
import { type Outcome, refused } from './outcome.ts'
import { type KeyRow, tellKeys, tellNewKey, tellRevokedKey, tellRotatedKey } from './told-keys.ts'

/** The id under which the keys of the instance are stored. */
export const INSTANCE = ''
const TOO_MANY = refused(`there are ${MAX_API_KEYS} keys already: revoke one first`)

export const noLiveKey = (keyId: string) => refused(`there is no live key ${keyId}`)

/** `antiphon keys create --instance` */
export async function createInstanceKey(deps: Deps, given: NewLimits & { readonly name: string }): Promise<Outcome> {
  const { secret, hash } = newApiKey(deps, 'prod')
  const order = { ...UNLIMITED, ...given, appId: INSTANCE, createdBy: CLI, hash }
  const made = await byCli(deps, { appId: INSTANCE, operation: 'createKey' }, (mine) =>
    mine.transact(async (tx) => {
      const outcome = await makeApiKey(tx, mine, order)
      if (outcome.kind === 'made') tellChange(mine, { target: { keyID: outcome.key.id }, after: toldOf(outcome.key) })
      return outcome
    }),
  )
  return made.kind === 'too_many' ? TOO_MANY : tellNewKey(rowOf(made.key), secret)
}

/** `antiphon keys list --instance` */
export const listInstanceKeys = async (deps: Deps): Promise<Outcome> =>
  tellKeys((await listApiKeys(deps.db, INSTANCE, deps.now())).map(rowOf))

const timeOf = (ms: number | undefined) => (ms === undefined ? null : rfc3339(ms))

const rowOf = (key: Omit<NewApiKey, 'hash'> & Partial<ApiKey>): KeyRow => ({
  key_id: key.id,
  app_id: null,
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
  const { key_id: id, app_id: _, ...told } = rowOf(key)
  return { id, ...told }
}

/** `antiphon keys revoke`, of a key of the instance. */
export async function revokeInstanceKey(deps: Deps, keyId: string): Promise<Outcome> {
  const revoked = await byCli(deps, { appId: INSTANCE, operation: 'deleteKey', target: { keyID: keyId } }, (mine) =>
    mine.transact((tx) => endApiKey(tx, INSTANCE, keyId, deps.now())),
  )
  return revoked ? tellRevokedKey(keyId) : noLiveKey(keyId)
}

/** `antiphon keys rotate`, of a key of the instance. */
export async function rotateInstanceKey(deps: Deps, keyId: string, times: NewTimes): Promise<Outcome> {
  const { secret, hash } = newApiKey(deps, 'prod')
  const rotation = { ...times, createdBy: CLI, hash }
  const commanded = { appId: INSTANCE, operation: 'rotateKey', target: { keyID: keyId } }
  const rotated = await byCli(deps, commanded, (mine) =>
    mine.transact(async (tx) => {
      const outcome = await rotateApiKey(tx, mine, { appId: INSTANCE, id: keyId }, UNLIMITED, rotation)
      if (outcome.kind === 'rotated') tellChange(mine, { after: toldOf(outcome.previous) })
      return outcome
    }),
  )
  if (rotated.kind === 'too_many') return TOO_MANY
  if (rotated.kind !== 'rotated') return refused(`the key ${keyId} is rotated already`)
  return tellRotatedKey(rowOf(rotated.key), secret, rowOf(rotated.previous))
}

/** The application that a live key is of, or `INSTANCE`; undefined when nobody has it. */
export async function findHolder(deps: Deps, keyId: string): Promise<string | undefined> {
  for (const appId of [INSTANCE, ...(await listApplications(deps.db)).map((app) => app.id)]) {
    if ((await listApiKeys(deps.db, appId, deps.now())).some((key) => key.id === keyId)) return appId
  }
  return undefined
}
