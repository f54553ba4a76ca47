import { z } from 'zod'
import { type CreationOptions, creationOptions, verifyRegistration } from '../../crypto/webauthn.ts'
import type { NewCredential } from '../../crypto/webauthn-ceremony.ts'
import { type AttestationResponse, TRANSPORTS } from '../../crypto/webauthn-response.ts'
import { type Tx, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { type Ceremony, newOperatorCeremony, openOperatorCeremony } from './ceremony-token.ts'
import type { Operator } from './operator.ts'
import type { RelyingParty } from './relying-party.ts'
import { findOperator, takeTurn } from './store/operators.ts'
import { consumeCeremony, insertOperatorPasskey, listOperatorPasskeys } from './store/passkeys.ts'
import type { OperatorPasskeyRow } from './tables.ts'

export const MAX_OPERATOR_PASSKEYS = 20
const RP_NAME = 'Antiphon console'
const transports = z.array(z.enum(TRANSPORTS))

/** By what browsers find a passkey. */
export const nameOf = (row: OperatorPasskeyRow) => ({
  id: row.credential_id,
  transports: transports.parse(JSON.parse(row.transports)),
})

/** Begin to register a passkey. Nothing is written. */
export async function beginOperatorPasskey(
  deps: Deps,
  { rpId }: RelyingParty,
  operator: Operator,
): Promise<{ publicKey: CreationOptions; token: string }> {
  const { challenge, token } = newOperatorCeremony(deps, 'registration', rpId, operator.id)
  const publicKey = await creationOptions({
    rpId,
    rpName: RP_NAME,
    user: { handle: Buffer.from(operator.id), name: operator.email, displayName: operator.name },
    challenge,
    userVerification: 'required',
    attestation: 'none',
    discoverable: true,
    exclude: (await listOperatorPasskeys(deps.db, operator.id)).map(nameOf),
  })
  return { publicKey, token }
}

export type Registering =
  | { readonly kind: 'verified'; readonly ceremony: Ceremony; readonly credential: NewCredential }
  /** The reason is for the log. */
  | { readonly kind: 'refused'; readonly reason: string }

export async function verifyOperatorPasskey(
  deps: Deps,
  { rpId, origins }: RelyingParty,
  operator: Operator,
  token: string,
  attestation: AttestationResponse,
): Promise<Registering> {
  const ceremony = openOperatorCeremony(deps, 'registration', token)
  if (ceremony?.rpId !== rpId || ceremony.operatorId !== operator.id)
    return { kind: 'refused', reason: 'the ceremony is over, was begun elsewhere, or is another operator’s' }
  const expected = { challenge: ceremony.challenge, rpId, origins, userVerification: 'required' } as const
  const outcome = await verifyRegistration(attestation, expected)
  return outcome.kind === 'refused' ? outcome : { kind: 'verified', ceremony, credential: outcome.credential }
}

export type Kept = 'kept' | 'gone' | 'reused' | 'known' | 'too_many'

/** Use up the ceremony and keep its passkey, or do neither. Nobody gets one who is taken off the roster meanwhile. */
export async function keepOperatorPasskey(
  tx: Tx,
  deps: Deps,
  { ceremony, credential, nickname }: { ceremony: Ceremony; credential: NewCredential; nickname: string | null },
) {
  const { jti, expiresAt: expires_at, operatorId = '', rpId } = ceremony
  await takeTurn(tx)
  if (!(await findOperator(tx, operatorId))) return 'gone' as const
  if (!(await consumeCeremony(tx, { jti, expires_at }))) return 'reused' as const
  const isNew = await insertOperatorPasskey(tx, {
    credential_id: credential.id,
    operator_id: operatorId,
    rp_id: rpId,
    public_key: credential.publicKey,
    sign_count: credential.signCount,
    backup_eligible: Number(credential.backupEligible),
    transports: JSON.stringify(credential.transports),
    nickname,
    created_at: deps.now(),
    last_used_at: null,
  })
  if (!isNew) return undo<Kept>('known')
  const { length } = await listOperatorPasskeys(tx, operatorId)
  return length > MAX_OPERATOR_PASSKEYS ? undo<Kept>('too_many') : ('kept' as const)
}
