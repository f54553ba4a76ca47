import { deriveKey } from '../../crypto/hash.ts'
import { open, seal } from '../../crypto/sealed-box.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { isOpenable } from '../signing-keys/keyring.ts'
import { sealedKeys } from '../signing-keys/store.ts'
import { findCanary, insertCanary } from './store.ts'

const box = resident((deps: Deps) => deriveKey(deps.config.masterKey, 'canary'))
const CONTEXT = 'master-key'

const opens = (deps: Deps, canary: string): boolean => open(box(deps), CONTEXT, canary) !== undefined

/**
 * Whether the master key is the one of this database. A database that nobody has served from becomes this key's; one of an older release
 * does when a signing key opens. Of processes that ask at once with different keys, one is told yes.
 */
export async function claimDatabase(deps: Deps): Promise<boolean> {
  const known = await findCanary(deps.db)
  if (known !== undefined) return opens(deps, known)
  if (await isSealedByAnother(deps)) return false
  const sealed = seal(box(deps), CONTEXT, CONTEXT, deps.random)
  await deps.transact((tx) => insertCanary(tx, { sealed, created_at: deps.now() }))
  const kept = await findCanary(deps.db)
  return kept !== undefined && opens(deps, kept)
}

/** Whether there are signing keys and none of them opens. */
async function isSealedByAnother(deps: Deps): Promise<boolean> {
  let isEmpty = true
  for await (const keys of sealedKeys(deps.db)) {
    if (keys.some((key) => isOpenable(deps, key))) return false
    isEmpty &&= keys.length === 0
  }
  return !isEmpty
}

const LOOK_EVERY_MS = 10_000

/**
 * Whether the master key still is the one of the database beneath: it may be exchanged under a running process, by a restore say. Asked of
 * the database every ten seconds at most; a database without canary is taken for ours.
 */
export const masterKeyFits = resident((deps: Deps) => {
  let lookedAt = Number.NEGATIVE_INFINITY
  let answer: Promise<boolean> = Promise.resolve(true)
  return (): Promise<boolean> => {
    if (deps.monotonic() - lookedAt < LOOK_EVERY_MS) return answer
    lookedAt = deps.monotonic()
    answer = findCanary(deps.db).then((canary) => canary === undefined || opens(deps, canary))
    // A look that failed says nothing: whoever comes next looks again.
    answer.catch(() => {
      lookedAt = Number.NEGATIVE_INFINITY
    })
    return answer
  }
})

/** Throws when the master key is another database's: what it cannot read then says nothing about whoever sent it. */
export async function assertMasterKeyFits(deps: Deps): Promise<void> {
  if (!(await masterKeyFits(deps)())) throw new Error('the master key is not the one of this database')
}
