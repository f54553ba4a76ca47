import { deriveKey } from '../crypto/hash.ts'
import { type Deps, resident } from './deps.ts'
import { keySet } from './key-set.ts'

/**
 * Purposes whose keys stay as long as the database does, whatever becomes of the master key: by what they give rows are looked up, and two
 * processes must give the same. They are kept in the database, sealed.
 */
export const KEPT_PURPOSES = [
  'idempotency-names',
  'migration-refresh-names',
  'known-places',
  'otp-clients',
  'step-up',
  'identity-ids',
  'identifier-ids',
  'passkey-step',
  'import-claims',
  'import-digests',
  'password-decoys',
] as const
export type KeptPurpose = (typeof KEPT_PURPOSES)[number]

/** The kept keys of the database, once they are read from it; before its first rotation they are those of the master key. */
export const keptKeys = resident((deps: Deps) => {
  let given: ReadonlyMap<KeptPurpose, Uint8Array | undefined> = new Map()
  const own = new Map<KeptPurpose, Uint8Array>()
  return {
    of(purpose: KeptPurpose): Uint8Array {
      const known = given.get(purpose) ?? own.get(purpose)
      if (known) return known
      if (given.has(purpose))
        throw new Error(`the kept key ${purpose} does not open: a master key that it hangs on is not given`)
      const key = deriveKey(keySet(deps).current().newest.bytes, purpose)
      own.set(purpose, key)
      return key
    },
    /** Undefined: there is one, and it does not open. */
    give(keys: ReadonlyMap<KeptPurpose, Uint8Array | undefined>) {
      given = keys
    },
  }
})

/** The key of a purpose that no rotation changes. */
export const kept =
  (purpose: KeptPurpose) =>
  (deps: Deps): Uint8Array =>
    keptKeys(deps).of(purpose)
