import type { Deps } from '../../platform/deps.ts'
import { sealing } from '../../platform/key-set.ts'

export const box = sealing('imports')

/** Seal what a file says; it opens in its own place alone. */
export const sealAt = (deps: Deps, place: readonly (string | number)[], text: string | Uint8Array): string =>
  box.seal(deps, JSON.stringify(place), text)

/** Throws when it was altered, or made under another master key. */
export function openAt(deps: Deps, place: readonly (string | number)[], sealed: string): Buffer {
  const opened = box.open(deps, JSON.stringify(place), sealed)
  if (!opened) throw new Error(`what is stored of an import does not open: ${place.slice(1).join(' ')}`)
  return opened
}
