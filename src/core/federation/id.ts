import { deriveKey, hmacSha256 } from '../../crypto/hash.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { idOf } from '../../platform/ids.ts'
import type { FederatedIdentityRow } from './tables.ts'

const idKey = resident((deps: Deps) => deriveKey(deps.config.masterKey, 'identity-ids'))

/** The id of an account at a provider, as long as it is linked to its user. Told to nobody by its subject. */
export function identityIdOf(deps: Deps, row: FederatedIdentityRow): string {
  const { app_id, user_id, provider, issuer, subject } = row
  const named = JSON.stringify([app_id, user_id, provider, issuer, subject])
  return idOf('fid', hmacSha256(idKey(deps), named).subarray(0, 16))
}
