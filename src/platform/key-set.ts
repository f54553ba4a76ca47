import { deriveKey } from '../crypto/hash.ts'
import { type NamedKey, open, openWith, seal } from '../crypto/sealed-box.ts'
import { type Deps, resident } from './deps.ts'

/** A master key and its id, which says nothing of it. */
export interface MasterKey {
  readonly id: string
  /** 32. */
  readonly bytes: Uint8Array
}

/** The master keys of a process, the newest first: what is issued and sealed is so under that one, and what is shown may be of each. */
export interface KeySet {
  readonly newest: MasterKey
  readonly all: readonly MasterKey[]
}

/** Eight hexadecimal digits, derived one way. */
export const masterKeyId = (bytes: Uint8Array): string => deriveKey(bytes, 'key-id').subarray(0, 4).toString('hex')

/** A key that is given twice counts once. */
export function keySetOf(newest: Uint8Array, previous: readonly Uint8Array[]): KeySet {
  const keys = [newest, ...previous].map((bytes) => ({ id: masterKeyId(bytes), bytes }))
  const all = keys.filter(({ id }, i) => keys.findIndex((other) => other.id === id) === i)
  return { newest: all[0] as MasterKey, all }
}

/** The master keys as the process has them now: they may be read again while it runs. */
export const keySet = resident(({ config: { masterKey, previousMasterKeys } }: Deps) => {
  let current = keySetOf(masterKey, previousMasterKeys)
  return {
    current: () => current,
    replace(next: KeySet) {
      current = next
    },
  }
})

const derived = new WeakMap<KeySet, Map<string, readonly NamedKey[]>>()

/** What each master key gives for one purpose, the newest first. */
export function derivedKeys(set: KeySet, purpose: string): readonly NamedKey[] {
  const known = derived.get(set) ?? new Map<string, readonly NamedKey[]>()
  derived.set(set, known)
  const keys = known.get(purpose) ?? set.all.map(({ id, bytes }) => ({ id, key: deriveKey(bytes, purpose) }))
  known.set(purpose, keys)
  return keys
}

/** The keys of one purpose: `issuing` for what is made now, `each` for what is shown, the newest first. */
export const keyed = (purpose: string) => ({
  issuing: (deps: Deps): NamedKey => derivedKeys(keySet(deps).current(), purpose)[0] as NamedKey,
  each: (deps: Deps): readonly NamedKey[] => derivedKeys(keySet(deps).current(), purpose),
})

/** How one kind of secret is sealed, for its row alone, which `context` names. */
export interface Sealing {
  readonly purpose: string
  /** Under the newest master key. */
  seal(deps: Deps, context: string, plaintext: string | Uint8Array): string
  /** Undefined when it was altered, or sealed under no master key of these. */
  open(deps: Deps, context: string, sealed: string): Buffer | undefined
  /** The same, with the id of the key that opened it. */
  openWith(deps: Deps, context: string, sealed: string): { readonly plaintext: Buffer; readonly id: string } | undefined
}

export function sealing(purpose: string): Sealing {
  const { issuing, each } = keyed(purpose)
  return {
    purpose,
    seal: (deps, context, plaintext) => seal(issuing(deps), context, plaintext, deps.random),
    open: (deps, context, sealed) => open(each(deps), context, sealed),
    openWith: (deps, context, sealed) => openWith(each(deps), context, sealed),
  }
}
