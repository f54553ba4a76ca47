import { z } from 'zod'
import { type CreationOptions, creationOptions, verifyRegistration } from '../../crypto/webauthn.ts'
import type { NewCredential, RegistrationOutcome } from '../../crypto/webauthn-ceremony.ts'
import type { AttestationResponse } from '../../crypto/webauthn-response.ts'
import { type Tx, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Application } from '../applications/application.ts'
import { spendScope } from '../grants/spend.ts'
import type { GrantHolder } from '../grants/store.ts'
import { tellOlderAddresses } from '../messages/notice.ts'
import { isModelTaken, type PasskeyConfig, rootsOf } from './config.ts'
import { consumedRow, findConsumed, hashOfAnswer } from './consumed.ts'
import { MAX_PASSKEYS_PER_USER, nameOf, tellRegistered } from './passkey.ts'
import { findPasskeyOfUser, insertPasskey, listPasskeys } from './store/passkeys.ts'
import { consumePasskeyToken } from './store/tokens.ts'
import type { PasskeyRow } from './tables.ts'
import { challengeOf, newCeremony, type RegistrationTokenClaims, sealToken } from './token.ts'

/** Used up by every passkey that is registered. */
export const PASSKEY_SCOPE = 'prld:passkey:write'

/** Who registers a passkey, and how the client's list of accounts is to call them. */
export interface Registrant {
  readonly userId: string
  readonly sessionId: string
  readonly username: string
  readonly displayName: string
  /** Of the new passkey. */
  readonly nickname: string | null
}

/** Begin to register a passkey. Nothing is written. */
export async function beginPasskeyRegistration(
  deps: Deps,
  app: Application,
  config: PasskeyConfig,
  { userId, sessionId, username, displayName, nickname }: Registrant,
): Promise<{ publicKey: CreationOptions; registrationToken: string }> {
  const ceremony = newCeremony(deps, config)
  const publicKey = await creationOptions({
    rpId: config.rp_id,
    rpName: config.rp_name,
    // The same for all passkeys of a user, or each is an account of its own in the client's list.
    user: { handle: Buffer.from(userId), name: username, displayName },
    challenge: challengeOf(ceremony),
    userVerification: config.user_verification,
    attestation: config.attestation_preference,
    discoverable: config.login_enabled,
    exclude: (await listPasskeys(deps.db, app.id, [userId])).map(nameOf),
  })
  const claims = { ...ceremony, user_id: userId, session_id: sessionId, nickname }
  return { publicKey, registrationToken: sealToken(deps, app.id, 'registration', claims) }
}

export type PasskeyRegistration =
  /** `isNew`: else the user had it before, and nothing changed. */
  | { readonly kind: 'registered'; readonly passkey: PasskeyRow; readonly isNew: boolean }
  /** `mismatch`: the token is of another user or session. `ended`: the session has ended. */
  | { readonly kind: 'mismatch' | 'reused' | 'insufficient_scope' | 'ended' | 'too_many' }
  /** The reason is for the log. */
  | { readonly kind: 'refused'; readonly reason: string }

const outcomeShape = z.object({ credential_id: z.string(), is_new: z.boolean() })

/**
 * End a registration with what the authenticator answered, and use up the caller's scope. Of several callers with one token one registers; its own
 * repeats within a minute learn the same.
 */
export async function finishPasskeyRegistration(
  deps: Deps,
  app: Application,
  config: PasskeyConfig,
  ceremony: RegistrationTokenClaims,
  { caller, attestation }: { readonly caller: GrantHolder; readonly attestation: AttestationResponse },
): Promise<PasskeyRegistration> {
  if (ceremony.user_id !== caller.userId || ceremony.session_id !== caller.sessionId) return { kind: 'mismatch' }
  const before = await findBefore(deps, app, ceremony, attestation)
  if (before) return before
  const outcome = await verifyNew(deps, config, ceremony, attestation)
  if (outcome.kind === 'refused') return outcome
  const row = rowOf(deps, app.id, ceremony, outcome.credential)
  const answerHash = hashOfAnswer(attestation)
  const kept = await deps.transact<Kept>((tx) => keep(tx, deps, app.id, { ceremony, caller, row, answerHash }))
  if (kept !== 'consumed' && kept.kind !== 'insufficient_scope') return kept
  // The same call may have used token and scope a moment ago.
  const meanwhile = await findBefore(deps, app, ceremony, attestation)
  return meanwhile ?? (kept === 'consumed' ? { kind: 'reused' } : kept)
}

async function verifyNew(
  deps: Deps,
  config: PasskeyConfig,
  ceremony: RegistrationTokenClaims,
  attestation: AttestationResponse,
): Promise<RegistrationOutcome> {
  const expected = {
    challenge: challengeOf(ceremony),
    rpId: ceremony.rp_id,
    origins: config.allowed_origins,
    userVerification: ceremony.user_verification,
  }
  const outcome = await verifyRegistration(attestation, expected, {
    rootsOf: (aaguid) => rootsOf(config, deps.config.fidoMetadata, aaguid),
    now: deps.now(),
  })
  if (outcome.kind === 'refused' || isModelTaken(config, outcome.credential)) return outcome
  const { aaguid, isModelProven } = outcome.credential
  return {
    kind: 'refused',
    reason: `the model ${aaguid} is ${isModelProven ? 'not on the list' : 'proven by nothing'}`,
  }
}

/** What came of the token before. */
async function findBefore(
  deps: Deps,
  app: Application,
  ceremony: RegistrationTokenClaims,
  attestation: AttestationResponse,
): Promise<PasskeyRegistration | undefined> {
  const consumed = await findConsumed(deps, app.id, ceremony, hashOfAnswer(attestation), outcomeShape)
  if (consumed?.kind !== 'repeated') return consumed
  const { credential_id, is_new: isNew } = consumed.outcome
  const passkey = await findPasskeyOfUser(deps.db, app.id, ceremony.user_id, credential_id)
  return passkey ? { kind: 'registered', passkey, isNew } : { kind: 'reused' }
}

const rowOf = (
  deps: Deps,
  appId: string,
  { user_id, rp_id, nickname }: RegistrationTokenClaims,
  credential: NewCredential,
): PasskeyRow => ({
  app_id: appId,
  credential_id: credential.id,
  user_id,
  rp_id,
  public_key: credential.publicKey,
  alg: credential.algorithm,
  sign_count: credential.signCount,
  backup_eligible: Number(credential.backupEligible),
  backup_state: Number(credential.backupState),
  transports: JSON.stringify(credential.transports),
  aaguid: credential.aaguid,
  attestation_format: credential.attestationFormat,
  user_verified_at_registration: Number(credential.userVerified),
  nickname,
  created_at: deps.now(),
  last_used_at: null,
  blocked_at: null,
})

type Kept = PasskeyRegistration | 'consumed'

interface Keeping {
  readonly ceremony: RegistrationTokenClaims
  readonly caller: GrantHolder
  readonly row: PasskeyRow
  readonly answerHash: string
}

/** Last of all the token is used, so that it says what came of it. */
async function keep(tx: Tx, deps: Deps, appId: string, { ceremony, caller, row, answerHash }: Keeping) {
  const spending = await spendScope(tx, deps, appId, caller, PASSKEY_SCOPE)
  if (spending !== 'spent') return { kind: spending } as const
  const isNew = await insertPasskey(tx, row)
  const passkey = isNew ? row : await findSame(tx, row)
  if (!passkey) return undo<Kept>({ kind: 'refused', reason: 'the credential is another passkey’s' })
  const { length } = await listPasskeys(tx, appId, [row.user_id])
  if (length > MAX_PASSKEYS_PER_USER) return undo<Kept>({ kind: 'too_many' })
  const outcome = { credential_id: row.credential_id, is_new: isNew }
  const isFirst = await consumePasskeyToken(tx, consumedRow(deps, appId, ceremony, answerHash, outcome))
  if (!isFirst) return undo<Kept>('consumed')
  if (isNew) {
    await tellRegistered(tx, deps, row, caller.sessionId)
    await tellOlderAddresses(tx, deps, appId, row.user_id, { change: 'passkey_added' })
  }
  return { kind: 'registered', passkey, isNew } as const
}

/** The passkey that the user has of the same credential: the same key, for the same relying party. */
async function findSame(
  tx: Tx,
  { app_id, credential_id, user_id, public_key, rp_id }: PasskeyRow,
): Promise<PasskeyRow | undefined> {
  const known = await findPasskeyOfUser(tx, app_id, user_id, credential_id)
  return known?.public_key === public_key && known.rp_id === rp_id ? known : undefined
}
