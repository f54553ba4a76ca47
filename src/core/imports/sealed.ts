import { deriveKey } from '../../crypto/hash.ts'
import { open, seal } from '../../crypto/sealed-box.ts'
import { type Deps, resident } from '../../platform/deps.ts'

const box = resident((deps: Deps) => deriveKey(deps.config.masterKey, 'imports'))

/** Seal what a file says; it opens in its own place alone. */
export const sealAt = (deps: Deps, place: readonly (string | number)[], text: string | Uint8Array): string =>
  seal(box(deps), JSON.stringify(place), text, deps.random)

/** Throws when it was altered, or made under another master key. */
export function openAt(deps: Deps, place: readonly (string | number)[], sealed: string): Buffer {
  const opened = open(box(deps), JSON.stringify(place), sealed)
  if (!opened) throw new Error(`what is stored of an import does not open: ${place.slice(1).join(' ')}`)
  return opened
}
