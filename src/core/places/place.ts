import { hmacSha256 } from '../../crypto/hash.ts'
import type { Deps } from '../../platform/deps.ts'
import { kept } from '../../platform/kept-keys.ts'
import { networkOf } from '../../platform/limits/network.ts'

const placeKey = kept('known-places')

/** A network, as far as something vouches for whoever comes from there. */
export interface Place {
  readonly holder: string
  readonly place: string
}

/**
 * The place of a client. `vouching` names what it was known by: a proof, a password. Whatever replaces or ends that has other places, so nobody
 * has to forget the old ones.
 */
export function placeOf(deps: Deps, appId: string, vouching: readonly string[], ip: string): Place {
  const keyed = (...words: readonly string[]) =>
    hmacSha256(placeKey(deps), JSON.stringify([appId, ...words])).toString('base64url')
  return { holder: keyed('holder', ...vouching), place: keyed('place', ...vouching, networkOf(ip)) }
}
