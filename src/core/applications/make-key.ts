import { newSecret } from '../../crypto/opaque-token.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { emit } from '../events/store.ts'
import { type ApiKey, insertApiKey, listApiKeys, MAX_API_KEYS, type NewApiKey, replaceApiKey } from './api-keys.ts'
import { findExcess, type KeyLimits } from './key-limits.ts'

/** What leaked keys are found by. Of the instance too: `ak_live_`. */
const PREFIXES = { prod: 'ak_live_', dev: 'ak_dev_' } as const

/** A new management key: shown once, stored hashed. */
export const newApiKey = (deps: Deps, mode: keyof typeof PREFIXES) => newSecret(PREFIXES[mode], deps.random)

/** In the place of an application’s id: what is of the whole instance. */
const INSTANCE = ''

export interface KeyOrder extends KeyLimits {
  readonly appId: string
  readonly name: string
  readonly createdBy: string
  /** Of `newApiKey`. */
  readonly hash: string
}

export const keyOf = (deps: Deps, order: KeyOrder): NewApiKey => ({
  ...order,
  id: newId('key', deps),
  createdAt: deps.now(),
})

export type Made = { readonly kind: 'made'; readonly key: NewApiKey } | { readonly kind: 'too_many' }

/** Make a key, unless there are too many. Two at once may make one too many, which harms nobody. */
export async function makeApiKey(tx: Tx, deps: Deps, order: KeyOrder): Promise<Made> {
  if ((await listApiKeys(tx, order.appId, deps.now())).length >= MAX_API_KEYS) return { kind: 'too_many' }
  const key = keyOf(deps, order)
  await insertApiKey(tx, key)
  return { kind: 'made', key }
}

export interface Rotation {
  /** How long the old key goes on working. */
  readonly overlapMs: number
  /** Of the new key, Unix ms; that of the old one, if it is left out. */
  readonly expiresAt: number | undefined
  readonly createdBy: string
  readonly hash: string
}

export type Rotated =
  | { readonly kind: 'rotated'; readonly key: NewApiKey; readonly previous: ApiKey }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'rotated_already' }
  | { readonly kind: 'too_many' }
  /** The new key could do what its maker cannot, in words. */
  | { readonly kind: 'excess'; readonly excess: string }

/** Make a key that may do what another may, which ends after a while. Each key is replaced once. */
export async function rotateApiKey(
  tx: Tx,
  deps: Deps,
  { appId, id }: Pick<ApiKey, 'appId' | 'id'>,
  maker: KeyLimits,
  rotation: Rotation,
): Promise<Rotated> {
  const live = await listApiKeys(tx, appId, deps.now())
  const old = live.find((key) => key.id === id)
  if (!old) return { kind: 'unknown' }
  if (old.replacedBy !== undefined) return { kind: 'rotated_already' }
  const { permissions, allowedNetworks, name } = old
  const limits = { permissions, allowedNetworks, expiresAt: rotation.expiresAt ?? old.expiresAt }
  const excess = findExcess(maker, limits)
  if (excess !== undefined) return { kind: 'excess', excess }
  if (live.length >= MAX_API_KEYS) return { kind: 'too_many' }
  const key = keyOf(deps, { ...limits, appId, name, createdBy: rotation.createdBy, hash: rotation.hash })
  const expiresAt = Math.min(deps.now() + rotation.overlapMs, old.expiresAt ?? Infinity)
  if (!(await replaceApiKey(tx, old, { id: key.id, expiresAt }))) return { kind: 'rotated_already' }
  await insertApiKey(tx, key)
  if (appId !== INSTANCE) await emit(tx, deps, appId, 'management_key.rotated', tellOf(old, key, expiresAt))
  return { kind: 'rotated', key, previous: { ...old, expiresAt, replacedBy: key.id } }
}

const tellOf = (old: ApiKey, { id, createdBy }: NewApiKey, endsAt: number) => ({
  key_id: id,
  name: old.name,
  previous_key_id: old.id,
  previous_key_ends_at: rfc3339(endsAt),
  by: createdBy,
})
