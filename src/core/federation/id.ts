import { hmacSha256 } from '../../crypto/hash.ts'
import type { Deps } from '../../platform/deps.ts'
import { idOf } from '../../platform/ids.ts'
import { kept } from '../../platform/kept-keys.ts'
import type { FederatedIdentityRow } from './tables.ts'

const idKey = kept('identity-ids')

/** The id of an account at a provider, as long as it is linked to its user. Told to nobody by its subject. */
export function identityIdOf(deps: Deps, row: FederatedIdentityRow): string {
  const { app_id, user_id, provider, issuer, subject } = row
  const named = JSON.stringify([app_id, user_id, provider, issuer, subject])
  return idOf('fid', hmacSha256(idKey(deps), named).subarray(0, 16))
}
