import {
  generateKeyPair,
  importPrivateJwk,
  importPublicJwk,
  type KeyObject,
  type PublicJwk,
  thumbprint,
} from '../../crypto/jwk.ts'
import { openWith } from '../../crypto/sealed-box.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { derivedKeys, type KeySet, keySet, sealing } from '../../platform/key-set.ts'
import { directory } from '../applications/directory.ts'
import { emit } from '../events/store.ts'
import { type KeyTimes, planKeys, scheduleOf } from './rotation.ts'
import { deleteSigningKey, insertSigningKey, listSigningKeys, type SealedKey } from './store.ts'
import type { KeyAlgorithm, KeyPurpose, SigningKeyRow } from './tables.ts'

/** The keys every application has from its first moment; more algorithms for access tokens are made when asked for. */
const INITIAL_KEYS: readonly (readonly [KeyPurpose, KeyAlgorithm])[] = [
  ['access_token', 'EdDSA'],
  ['challenge_token', 'EdDSA'],
  ['webhook', 'PS256'],
]

export const masterBox = sealing('signing-keys')
export const sealContext = (row: Pick<SigningKeyRow, 'app_id' | 'purpose' | 'kid'>) =>
  `${row.app_id}/${row.purpose}/${row.kid}`

/** Make a key. Slow for RSA: never inside a transaction. */
export async function generateSigningKey(
  deps: Deps,
  appId: string,
  purpose: KeyPurpose,
  alg: KeyAlgorithm,
  times: KeyTimes,
  pairOf = generateKeyPair,
): Promise<SigningKeyRow> {
  const { publicJwk, privateJwk } = await pairOf(alg)
  const kid = thumbprint(publicJwk)
  const row = { app_id: appId, purpose, alg, generation: times.generation, kid }
  return {
    ...row,
    public_jwk: JSON.stringify(publicJwk),
    sealed_private_jwk: masterBox.seal(deps, sealContext(row), JSON.stringify(privateJwk)),
    created_at: deps.now(),
    activates_at: times.activates_at,
  }
}

/** The keys of a new application. `pairOf`: where its key pairs come from. */
export function generateInitialKeys(deps: Deps, appId: string, pairOf = generateKeyPair): Promise<SigningKeyRow[]> {
  const first = { generation: 1, activates_at: deps.now() }
  return Promise.all(INITIAL_KEYS.map(([purpose, alg]) => generateSigningKey(deps, appId, purpose, alg, first, pairOf)))
}

export async function insertInitialKeys(tx: Tx, keys: readonly SigningKeyRow[]): Promise<void> {
  for (const key of keys) await insertSigningKey(tx, key)
}

export interface SigningKey {
  readonly kid: string
  readonly alg: KeyAlgorithm
  readonly key: KeyObject
}

const RELOAD_MS = 60_000
const UNKNOWN_KID_RELOAD_MS = 1_000

interface Ring {
  /** Of the application: a key that is revoked makes it another one. */
  readonly version: number | undefined
  readonly rows: readonly SigningKeyRow[]
  /** By the monotonic clock. */
  readonly loadedAt: number
  readonly privateKeys: Map<string, KeyObject>
  readonly publicKeys: Map<string, KeyObject>
}

/** The keys of every application, unsealed once. A key is published a day before it signs, so a minute-old copy is always good enough. */
const rings = resident((deps: Deps) => {
  const known = new Map<string, Ring>()
  return {
    async find(appId: string, maxAgeMs = RELOAD_MS): Promise<Ring> {
      const ring = known.get(appId)
      const version = (await directory(deps).find(appId))?.version
      if (ring && ring.version === version && deps.monotonic() - ring.loadedAt < maxAgeMs) return ring
      const rows = await listSigningKeys(deps.db, appId)
      const fresh = {
        version,
        rows,
        loadedAt: deps.monotonic(),
        privateKeys: ring?.privateKeys ?? new Map(),
        publicKeys: ring?.publicKeys ?? new Map(),
      }
      known.set(appId, fresh)
      return fresh
    },
    forget: (appId: string) => known.delete(appId),
  }
})

/** Read the keys of an application anew: this process has changed them. */
export const forgetKeys = (deps: Deps, appId: string): void => void rings(deps).forget(appId)

/** The key that signs now. Makes it when an application has none of this algorithm yet. */
export async function findSigningKey(
  deps: Deps,
  appId: string,
  purpose: KeyPurpose,
  alg: KeyAlgorithm,
): Promise<SigningKey> {
  const ring = await rings(deps).find(appId)
  const { signing } = planKeys(rowsOf(ring, purpose, alg), deps.now(), scheduleOf(purpose))
  if (!signing) {
    await makeKey(deps, appId, purpose, alg, { generation: 1, activates_at: deps.now() })
    return await findSigningKey(deps, appId, purpose, alg)
  }
  return openKey(deps, ring, signing)
}

/** The key that signs now, and before and behind it those that are published: for receivers who are told keys, and look up none. */
export async function findSigningKeys(
  deps: Deps,
  appId: string,
  purpose: KeyPurpose,
  alg: KeyAlgorithm,
): Promise<SigningKey[]> {
  await findSigningKey(deps, appId, purpose, alg)
  const ring = await rings(deps).find(appId)
  const { published } = planOf(rowsOf(ring, purpose, alg), deps.now())
  return published.map((row) => openKey(deps, ring, row))
}

function openKey(deps: Deps, ring: Ring, row: SigningKeyRow): SigningKey {
  const key = ring.privateKeys.get(row.kid) ?? importPrivateJwk(JSON.parse(unseal(deps, row)))
  ring.privateKeys.set(row.kid, key)
  return { kid: row.kid, alg: row.alg, key }
}

/** Where verifiers of one purpose find public keys by `kid`. */
export async function findVerificationKeys(
  deps: Deps,
  appId: string,
  purpose: KeyPurpose,
  kid: string | undefined,
): Promise<(kid: string) => KeyObject | undefined> {
  let ring = await rings(deps).find(appId)
  if (kid !== undefined && !ring.rows.some((row) => row.kid === kid)) {
    ring = await rings(deps).find(appId, UNKNOWN_KID_RELOAD_MS)
  }
  return (wanted) => {
    const row = ring.rows.find((candidate) => candidate.kid === wanted && candidate.purpose === purpose)
    if (!row) return undefined
    const cached = ring.publicKeys.get(wanted) ?? importPublicJwk(JSON.parse(row.public_jwk))
    if (cached) ring.publicKeys.set(wanted, cached)
    return cached
  }
}

export type PublishedJwk = PublicJwk & { kid: string; use: 'sig'; alg: KeyAlgorithm }

/** The JWKS of some purposes: keys that sign, will sign or lately signed. RFC 7517 §5. */
export async function listPublishedKeys(
  deps: Deps,
  appId: string,
  purposes: readonly KeyPurpose[],
): Promise<PublishedJwk[]> {
  const ring = await rings(deps).find(appId)
  const groups = Map.groupBy(
    ring.rows.filter((row) => purposes.includes(row.purpose)),
    (row) => `${row.purpose}/${row.alg}`,
  )
  const published = [...groups.values()].flatMap((rows) => planOf(rows, deps.now()).published)
  return published.map((row) => ({
    ...(JSON.parse(row.public_jwk) as PublicJwk),
    kid: row.kid,
    use: 'sig',
    alg: row.alg,
  }))
}

/** Make what is due and delete what is retired, for one application, at `now`. Any number of processes may do so at once. */
export async function rotateKeys(deps: Deps, appId: string, now: number): Promise<void> {
  const rows = await listSigningKeys(deps.db, appId)
  for (const group of Map.groupBy(rows, (row) => `${row.purpose}/${row.alg}`).values()) {
    const plan = planOf(group, now)
    const [first] = group
    if (plan.next && first) await makeKey(deps, appId, first.purpose, first.alg, plan.next)
    for (const { kid } of plan.retired) await deps.transact((tx) => deleteSigningKey(tx, appId, kid))
  }
  rings(deps).forget(appId)
}

/** Make a key, unless there is one of its generation. Slow for RSA: never inside a transaction. */
export async function makeKey(
  deps: Deps,
  appId: string,
  purpose: KeyPurpose,
  alg: KeyAlgorithm,
  times: KeyTimes,
): Promise<void> {
  const row = await generateSigningKey(deps, appId, purpose, alg, times)
  await deps.transact(async (tx) => {
    const isMade = await insertSigningKey(tx, row)
    if (!isMade || times.generation === 1) return
    const payload = { purpose, alg, kid: row.kid, activates_at: rfc3339(times.activates_at) }
    await emit(tx, deps, appId, 'key.rotated', payload)
  })
  rings(deps).forget(appId)
}

/** Whether one of the master keys is that which this key was sealed with. */
export const isOpenable = (deps: Deps, row: SealedKey): boolean => openedBy(keySet(deps).current(), row) !== undefined

/** The id of the master key that this key was sealed with; undefined when it is none of the set. */
export const openedBy = (set: KeySet, row: SealedKey): string | undefined =>
  openWith(derivedKeys(set, masterBox.purpose), sealContext(row), row.sealed_private_jwk)?.id

/** Of keys of one purpose and algorithm. */
const planOf = (rows: readonly SigningKeyRow[], now: number) =>
  planKeys(rows, now, scheduleOf(rows[0]?.purpose ?? 'access_token'))

const rowsOf = (ring: Ring, purpose: KeyPurpose, alg: KeyAlgorithm) =>
  ring.rows.filter((row) => row.purpose === purpose && row.alg === alg)

function unseal(deps: Deps, row: SigningKeyRow): string {
  const opened = masterBox.open(deps, sealContext(row), row.sealed_private_jwk)
  if (!opened) throw new Error('a signing key does not open: the master key is not the one it was sealed with')
  return opened.toString('utf8')
}
