import { nobodysCredential, type RequestOptions, requestOptions, verifyAssertion } from '../../crypto/webauthn.ts'
import type { AuthenticatorState } from '../../crypto/webauthn-ceremony.ts'
import { type AssertionResponse, readCredentialId } from '../../crypto/webauthn-response.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { decideSignCount } from '../passkeys/sign-count.ts'
import { type Ceremony, newOperatorCeremony, openOperatorCeremony } from './ceremony-token.ts'
import { nameOf } from './passkey.ts'
import type { RelyingParty } from './relying-party.ts'
import { consumeCeremony, findOperatorPasskey, listOperatorPasskeys, swapOperatorSignCount } from './store/passkeys.ts'
import type { OperatorPasskeyRow } from './tables.ts'

/** Begin to show a passkey: any that the browser finds, or, for whoever is here already, one of theirs. Nothing is written. */
export async function beginOperatorLogin(
  deps: Deps,
  { rpId }: RelyingParty,
  operatorId?: string,
): Promise<{ publicKey: RequestOptions; token: string }> {
  const { challenge, token } = newOperatorCeremony(deps, 'login', rpId, operatorId)
  const allow = operatorId === undefined ? [] : (await listOperatorPasskeys(deps.db, operatorId)).map(nameOf)
  return { publicKey: await requestOptions({ rpId, challenge, userVerification: 'required', allow }), token }
}

/** A passkey that was shown, not yet used. */
export interface ShownPasskey {
  readonly ceremony: Ceremony
  readonly passkey: OperatorPasskeyRow
  readonly state: AuthenticatorState
}

export type Showing =
  | ({ readonly kind: 'shown' } & ShownPasskey)
  /** The reason is for the log. */
  | { readonly kind: 'refused'; readonly reason: string }

const refused = (reason: string): Showing => ({ kind: 'refused', reason })

/** Verify what a browser shows. It takes as long where nobody has such a passkey. */
export async function verifyOperatorLogin(
  deps: Deps,
  { rpId, origins }: RelyingParty,
  token: string,
  assertion: AssertionResponse,
): Promise<Showing> {
  const ceremony = openOperatorCeremony(deps, 'login', token)
  if (!ceremony) return refused('the ceremony is over')
  const id = readCredentialId(assertion.id)
  if (id === undefined) return refused('the id is none')
  const found = await findOperatorPasskey(deps.db, id)
  const isFit = found?.rp_id === rpId && (ceremony.operatorId ?? found.operator_id) === found.operator_id
  const signer =
    found && isFit ? { id, publicKey: found.public_key, handle: Buffer.from(found.operator_id) } : nobodysCredential(id)
  const { challenge } = ceremony
  const outcome = await verifyAssertion(assertion, { challenge, rpId, origins, userVerification: 'required', signer })
  if (!found || !isFit) return refused('there is no such passkey')
  if (outcome.kind === 'refused') return outcome
  const { state } = outcome
  const { kind } = decideSignCount(found.sign_count, state.signCount, state.backupEligible)
  return kind === 'fine'
    ? { kind: 'shown', ceremony, passkey: found, state }
    : refused('its sign count went back: there is a copy of its key')
}

/** Use up the ceremony and note the use of the passkey. False for all callers with the same token but one; what was done is to be undone then. */
export async function useOperatorPasskey(tx: Tx, deps: Deps, shown: ShownPasskey): Promise<boolean> {
  const { ceremony, passkey, state } = shown
  if (!(await consumeCeremony(tx, { jti: ceremony.jti, expires_at: ceremony.expiresAt }))) return false
  const use = {
    sign_count: Math.max(passkey.sign_count, state.signCount),
    backup_eligible: Number(state.backupEligible),
  }
  return await swapOperatorSignCount(tx, passkey, use, deps.now())
}
