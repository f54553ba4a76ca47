import { hmacSha256 } from '../../crypto/hash.ts'
import type { Deps } from '../../platform/deps.ts'
import { idOf } from '../../platform/ids.ts'
import { kept } from '../../platform/kept-keys.ts'
import type { IdentifierRow } from './tables.ts'

const idKey = kept('identifier-ids')

/**
 * The id of an identifier of a user: the same as long as the user has it, proven or not, and told to nobody by its value. It is derived, so that
 * rows of every release have one.
 */
export function identifierIdOf(deps: Deps, row: Pick<IdentifierRow, 'app_id' | 'user_id' | 'type' | 'value'>): string {
  const { app_id, user_id, type, value } = row
  return idOf('idf', hmacSha256(idKey(deps), JSON.stringify([app_id, user_id, type, value])).subarray(0, 16))
}
