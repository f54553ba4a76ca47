import { nobodysCredential, verifyAssertion } from '../../crypto/webauthn.ts'
import type { AuthenticatorState, UserVerification } from '../../crypto/webauthn-ceremony.ts'
import { type AssertionResponse, readCredentialId } from '../../crypto/webauthn-response.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { consumeLimit, type Limit } from '../../platform/limits/store.ts'
import type { PasskeyConfig } from './config.ts'
import { tellRegressed } from './passkey.ts'
import { decideSignCount } from './sign-count.ts'
import { findPasskey, findPasskeyOfUser, type HeldPasskey, type PasskeyUse, swapSignCount } from './store/passkeys.ts'

/** What somebody shows, and by what it is judged. */
export interface ShownPasskey {
  readonly assertion: AssertionResponse
  readonly challenge: Uint8Array
  readonly rpId: string
  readonly userVerification: UserVerification
  /** Whose it must be; undefined where the passkey is to tell. */
  readonly userId?: string | undefined
}

export type PasskeyOutcome =
  | { readonly kind: 'verified'; readonly passkey: HeldPasskey; readonly state: AuthenticatorState }
  /** `blocked`: it opens nothing any more. `regressed`: there is a copy of its key. Whose it is was proven in both. */
  | { readonly kind: 'blocked' | 'regressed'; readonly passkey: HeldPasskey; readonly state: AuthenticatorState }
  /** The reason is for the log. */
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * Verify what somebody shows of a passkey of an active user. It takes as long where there is no such passkey, or it is another's. Nothing is written: see
 * `usePasskey`.
 */
export async function verifyPasskey(
  deps: Deps,
  appId: string,
  { allowed_origins: origins }: Pick<PasskeyConfig, 'allowed_origins'>,
  { assertion, challenge, rpId, userVerification, userId }: ShownPasskey,
): Promise<PasskeyOutcome> {
  const id = readCredentialId(assertion.id)
  if (id === undefined) return { kind: 'refused', reason: 'the id is none' }
  const found = await findPasskey(deps.db, appId, rpId, id)
  const passkey = userId === undefined || found?.user_id === userId ? found : undefined
  const signer = passkey
    ? { id, publicKey: passkey.public_key, handle: Buffer.from(passkey.user_id) }
    : nobodysCredential(id)
  const outcome = await verifyAssertion(assertion, { challenge, rpId, origins, userVerification, signer })
  if (!passkey) return { kind: 'refused', reason: 'there is no such passkey' }
  if (outcome.kind === 'refused') return outcome
  if (passkey.status !== 'active') return { kind: 'refused', reason: 'its user is not active' }
  const { state } = outcome
  if (passkey.blocked_at !== null) return { kind: 'blocked', passkey, state }
  const { kind } = decideSignCount(passkey.sign_count, state.signCount, state.backupEligible)
  return { kind: kind === 'fine' ? 'verified' : 'regressed', passkey, state }
}

const namesOf = ({ app_id, user_id }: HeldPasskey) => ({ app_id, user_id })

/** Note the use of a passkey that was verified. Of two copies of a key that show the same count one uses it; `gone`: deleted or blocked meanwhile. */
export async function usePasskey(
  tx: Tx,
  deps: Deps,
  passkey: HeldPasskey,
  use: PasskeyUse,
): Promise<'used' | 'regressed' | 'gone'> {
  if (await swapSignCount(tx, passkey, use, deps.now())) {
    if (passkey.backup_eligible === 1 && !use.backupEligible)
      deps.log.warn(namesOf(passkey), 'a passkey is synced no more')
    return 'used'
  }
  const left = await findPasskeyOfUser(tx, passkey.app_id, passkey.user_id, passkey.credential_id)
  return left?.blocked_at === null ? 'regressed' : 'gone'
}

/** Of one passkey: whoever shows a copy over and over fills neither the events nor the log. */
export const TELLINGS: Limit = { name: 'passkey_regressed', max: 20, windowSeconds: 86_400 }

/** Tell that there is a copy of a passkey's key. The passkey stays, so that its owner can remove it. */
export async function noteRegressed(deps: Deps, passkey: HeldPasskey, { signCount }: PasskeyUse): Promise<void> {
  const { app_id, credential_id } = passkey
  const isTold = await deps.transact(async (tx) => {
    if (!(await consumeLimit(tx, app_id, TELLINGS, credential_id, deps.now()))) return false
    await tellRegressed(tx, deps, passkey, signCount)
    return true
  })
  if (isTold) deps.log.warn(namesOf(passkey), 'the sign count of a passkey went back')
}
