import { keyIdOf, openWith, seal } from '../../crypto/sealed-box.ts'
import { pause } from '../../platform/clock.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { derivedKeys, type KeySet, keySet } from '../../platform/key-set.ts'
import { openedBy } from '../signing-keys/keyring.ts'
import { sealedKeys } from '../signing-keys/store.ts'
import { readCounts, withUncounted } from './boxes/count.ts'
import { keepKeys, loadKeptKeys } from './kept.ts'
import { beginRotation, findCanary, findRotation, insertCanary, swapCanary } from './store.ts'

const CONTEXT = 'master-key'

/** The id of the key in the set that a canary is of. */
const keyOf = (set: KeySet, canary: string): string | undefined =>
  openWith(derivedKeys(set, 'canary'), CONTEXT, canary)?.id

/** Sealed by a key of the set. */
function newCanary(deps: Deps, set: KeySet, keyId: string) {
  const key = derivedKeys(set, 'canary').find(({ id }) => id === keyId)
  if (!key) throw new Error(`no master key ${keyId} here`)
  return { sealed: seal(key, CONTEXT, CONTEXT, deps.random), created_at: deps.now() }
}

/**
 * Whether one of the master keys is that of this database, which then comes under the newest of them. A database that nobody has served from
 * becomes that key's; one of an older release does when a signing key opens. Of processes that ask at once with different keys, one is told yes.
 * From now on the kept keys of the database are known.
 */
export async function claimDatabase(deps: Deps, set: KeySet = keySet(deps).current()): Promise<boolean> {
  const canary = (await findCanary(deps.db)) ?? (await layCanary(deps, set))
  const keyId = canary && keyOf(set, canary.sealed)
  if (!canary || keyId === undefined) return false
  if (keyId !== set.newest.id) await moveCanary(deps, set, { sealed: canary.sealed, keyId })
  await loadKeptKeys(deps, set)
  return true
}

async function layCanary(deps: Deps, set: KeySet) {
  const keyId = await findKeyInUse(deps, set)
  if (keyId === undefined) return undefined
  await deps.transact((tx) => insertCanary(tx, newCanary(deps, set, keyId)))
  return await findCanary(deps.db)
}

/** The key that opens a signing key; the newest where there is none, and undefined where there are some and none of them opens. */
async function findKeyInUse(deps: Deps, set: KeySet): Promise<string | undefined> {
  let isEmpty = true
  for await (const keys of sealedKeys(deps.db)) {
    for (const key of keys) {
      const id = openedBy(set, key)
      if (id !== undefined) return id
    }
    isEmpty &&= keys.length === 0
  }
  return isEmpty ? set.newest.id : undefined
}

/** No process that is asked for the last time since then takes the old key for that of the database. */
const SEEN_AFTER_MS = 200

/**
 * Bring the database under the newest key. It is said before anything is issued under that key: a process that does not know it takes what it
 * cannot verify for its own fault, and sends nobody away.
 */
async function moveCanary(deps: Deps, set: KeySet, from: { sealed: string; keyId: string }): Promise<void> {
  const canary = newCanary(deps, set, set.newest.id)
  const moved = await deps.transact(async (tx) => {
    if (!(await swapCanary(tx, from.sealed, canary))) return false
    await keepKeys(tx, deps, set, from.keyId)
    const noted = readCounts((await findRotation(tx))?.found ?? null) ?? {}
    await beginRotation(tx, from.keyId, JSON.stringify(withUncounted(noted, from.keyId)))
    return true
  })
  if (!moved) return
  deps.log.warn(
    { from: from.keyId, to: set.newest.id },
    'the master key was rotated: the database is under the new one',
  )
  await pause(SEEN_AFTER_MS)
}

const LOOK_EVERY_MS = 10_000

/**
 * Whether a master key still is the one of the database beneath: it may be exchanged under a running process, by a restore or by a rotation
 * that another process has begun. Asked of the database once in `maxAgeMs` at most; a database without canary is taken for ours.
 */
export const masterKeyFits = resident((deps: Deps) => {
  let lookedAt = Number.NEGATIVE_INFINITY
  let answer: Promise<boolean> = Promise.resolve(true)
  return (maxAgeMs = LOOK_EVERY_MS): Promise<boolean> => {
    if (deps.monotonic() - lookedAt < maxAgeMs) return answer
    lookedAt = deps.monotonic()
    answer = findCanary(deps.db).then(
      (canary) => canary === undefined || keyOf(keySet(deps).current(), canary.sealed) !== undefined,
    )
    // A look that failed says nothing: whoever comes next looks again.
    answer.catch(() => {
      lookedAt = Number.NEGATIVE_INFINITY
    })
    return answer
  }
})

/** What whoever shows garbage may cost: ten looks a second. */
const FRESH_MS = 100

/** Throws when the master key is another database's: what it cannot read then says nothing about whoever sent it. */
export async function assertMasterKeyFits(deps: Deps): Promise<void> {
  if (!(await masterKeyFits(deps)(FRESH_MS))) throw new Error('the master key is not the one of this database')
}

/** The key that the database is under, and since when, Unix ms; undefined where nobody can tell. */
export async function findDatabaseKey(
  deps: Deps,
): Promise<{ readonly id: string; readonly since: number } | undefined> {
  const canary = await findCanary(deps.db)
  const id = canary && (keyIdOf(canary.sealed) ?? keyOf(keySet(deps).current(), canary.sealed))
  return canary && id !== undefined ? { id, since: canary.created_at } : undefined
}
