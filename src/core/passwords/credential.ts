import { hmacSha256 } from '../../crypto/hash.ts'
import { secretOf } from '../../crypto/password-hash.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { kept } from '../../platform/kept-keys.ts'
import { type Place, placeOf } from '../places/place.ts'
import type { PasswordRow } from './tables.ts'

const decoyOrder = kept('password-decoys')

/** The place of a text in an order that nobody outside can foresee. */
export const decoyKeyOf = (deps: Deps, appId: string, text: string): string =>
  hmacSha256(decoyOrder(deps), `${appId} ${text}`).toString('hex')

export interface NewCredential {
  readonly userId: string
  readonly hash: string
  readonly unprovenEmail?: string
}

/** The row of a password that is set now. */
export const passwordRow = (
  deps: Deps,
  appId: string,
  { userId, hash, unprovenEmail }: NewCredential,
): PasswordRow => ({
  app_id: appId,
  user_id: userId,
  id: newId('pwd', deps),
  hash,
  unproven_email: unprovenEmail ?? null,
  decoy_key: decoyKeyOf(deps, appId, userId),
  updated_at: deps.now(),
  secret_name: secretOf(hash)?.name ?? null,
})

/** Where somebody knew a password. Another password is known nowhere yet. */
export const placeOfPassword = (deps: Deps, appId: string, passwordId: string, ip: string): Place =>
  placeOf(deps, appId, ['password', passwordId], ip)
