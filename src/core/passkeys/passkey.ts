import { z } from 'zod'
import { TRANSPORTS, type Transport } from '../../crypto/webauthn-response.ts'
import { rfc3339, unixSeconds } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { emit, emitAll } from '../events/store.ts'
import type { PasskeyConfig } from './config.ts'
import { type Doomed, deletePasskeyRows } from './store/passkeys.ts'
import type { PasskeyRow } from './tables.ts'

export const MAX_PASSKEYS_PER_USER = 50

const transportsShape = z.array(z.enum(TRANSPORTS))

export const transportsOf = ({ transports }: Pick<PasskeyRow, 'transports'>): Transport[] =>
  transportsShape.parse(JSON.parse(transports))

/** Whether a passkey logs its user in, as the application is configured. */
export const passkeyLogsIn = (config: PasskeyConfig | undefined, { rp_id, blocked_at }: PasskeyRow): boolean =>
  config?.login_enabled === true && rp_id === config.rp_id && blocked_at === null

/** By what clients find a passkey. */
export const nameOf = (row: PasskeyRow) => ({ id: row.credential_id, transports: transportsOf(row) })

/**
 * How somebody who showed a passkey proved who they are: with a key that stays in its device, or one that is synced; and `user` when the device knew
 * them, by finger, face or PIN. RFC 8176 §2.
 */
export const amrOf = (state: { readonly backupEligible: boolean; readonly userVerified: boolean }): string[] => [
  state.backupEligible ? 'swk' : 'hwk',
  ...(state.userVerified ? ['user'] : []),
]

/** A passkey as its user sees it; times in Unix seconds. */
export const passkeyObject = z
  .object({
    credential_id: z.string(),
    nickname: z.string().optional(),
    transports: z.array(z.string()),
    backup_state: z.boolean(),
    created_at: z.int(),
    last_used_at: z.int().optional(),
  })
  .meta({ id: 'PasskeyCredential' })

export const passkeyView = (row: PasskeyRow): z.input<typeof passkeyObject> => ({
  ...snapshotOf(row),
  created_at: unixSeconds(row.created_at),
  ...(row.last_used_at !== null && { last_used_at: unixSeconds(row.last_used_at) }),
})

/** What events say of a passkey. */
const snapshotOf = (row: PasskeyRow) => ({
  credential_id: row.credential_id,
  ...(row.nickname !== null && { nickname: row.nickname }),
  transports: transportsOf(row),
  backup_state: row.backup_state === 1,
})

/** A passkey as another system takes it over: it signs for the same relying party, whoever keeps its public key. Times in RFC 3339. */
export const passkeyRecord = (row: PasskeyRow) => ({
  ...snapshotOf(row),
  rp_id: row.rp_id,
  public_key: row.public_key,
  alg: row.alg,
  sign_count: row.sign_count,
  backup_eligible: row.backup_eligible === 1,
  aaguid: row.aaguid,
  created_at: rfc3339(row.created_at),
  ...(row.last_used_at !== null && { last_used_at: rfc3339(row.last_used_at) }),
})

/** Record that a user has a new passkey, registered in a session. */
export async function tellRegistered(tx: Tx, deps: Deps, row: PasskeyRow, sessionId: string): Promise<void> {
  const payload = { user_id: row.user_id, session_id: sessionId, credential: snapshotOf(row) }
  await emit(tx, deps, row.app_id, 'user.passkey.registered', { ...payload, registered_at: rfc3339(row.created_at) })
}

/** Record that an answer shows a copy of a passkey's key. */
export async function tellRegressed(tx: Tx, deps: Deps, row: PasskeyRow, presented: number): Promise<void> {
  const counts = { stored_sign_count: row.sign_count, presented_sign_count: presented }
  const payload = { user_id: row.user_id, credential: snapshotOf(row), ...counts }
  await emit(tx, deps, row.app_id, 'user.passkey.regressed', { ...payload, occurred_at: rfc3339(deps.now()) })
}

/** Delete passkeys of a user, each with its event. `sessionId`: where the user asked for it. Answers how many there were. */
export async function removePasskeys(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  { sessionId, ...which }: Doomed & { readonly sessionId?: string | undefined } = {},
): Promise<number> {
  const gone = await deletePasskeyRows(tx, appId, userId, which)
  const deletedAt = rfc3339(deps.now())
  const payloads = gone.map((row) => ({
    user_id: userId,
    session_id: sessionId ?? null,
    credential: snapshotOf(row),
    deleted_at: deletedAt,
  }))
  await emitAll(tx, deps, appId, 'user.passkey.deleted', payloads)
  return gone.length
}
