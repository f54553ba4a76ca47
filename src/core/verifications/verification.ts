import { deriveKey } from '../../crypto/hash.ts'
import { hashSecret, newSecret } from '../../crypto/opaque-token.ts'
import { codeMac, isCode, newCode } from '../../crypto/otp.ts'
import type { Tx } from '../../platform/db.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { REPEAT_MS } from '../challenges/finalization.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { enqueueMessage } from '../messages/send.ts'
import type { Channel } from '../messages/tables.ts'
import {
  consumeAttempt,
  consumeResend,
  consumeVerification,
  deleteExpiredOfChallenge,
  findRunningForUpdate,
  findVerification,
  giveAttemptBack,
  insertVerification,
  type VerificationKey,
} from './store.ts'
import type { VerificationRow } from './tables.ts'

export const CODE_LIFETIME_SECONDS = 600
const MAX_ATTEMPTS = 5
const MAX_RESENDS = 3
const TOKEN_PREFIX = 'vt_'

const codeKey = resident((deps: Deps) => deriveKey(deps.config.masterKey, 'otp'))

export interface NewVerification {
  /** Normalised. */
  readonly identifier: Identifier
  readonly codeSize: number
  readonly template: string
  readonly sender: string
  readonly locale: string
  readonly grantedScopes: readonly string[]
  readonly codeChallenge: string | undefined
  /** Go through the motions, but let no code leave. */
  readonly silent: boolean
  /** `jti` of the step-up challenge that asks for the code: it has one verification at a time. */
  readonly challengeJti?: string
  /** When the code is of no use any more, if that is before its own time is up. Unix ms. */
  readonly expiresBy?: number
}

/** `spent`: the challenge has no resend left. */
export type StartOutcome = { kind: 'started'; token: string } | { kind: 'spent' }

/**
 * Send a code. Answers the token by which the client names this verification. Where the challenge has a verification that lives, this is a
 * resend: new code, new token, and attempts already made still count.
 */
export async function startVerification(
  tx: Tx,
  deps: Deps,
  appId: string,
  start: NewVerification,
): Promise<StartOutcome> {
  const { challengeJti } = start
  if (challengeJti !== undefined) await deleteExpiredOfChallenge(tx, appId, challengeJti, deps.now())
  const { row, code, token } = newVerification(deps, appId, start)
  if (await insertVerification(tx, row)) {
    await sendCode(tx, deps, row, code)
    return { kind: 'started', token }
  }
  const running = challengeJti === undefined ? undefined : await findVerification(tx, appId, { challengeJti })
  if (!running) throw new Error('a verification collided with none')
  const silent = start.silent || running.silent === 1
  const resent = await resend(tx, deps, running, { silent, tokenHash: row.token_hash })
  return resent ? { kind: 'started', token } : { kind: 'spent' }
}

function newVerification(deps: Deps, appId: string, start: NewVerification) {
  const now = deps.now()
  const id = newId('ver', deps)
  const code = newCode(start.codeSize, deps.random)
  const token = newSecret(TOKEN_PREFIX, deps.random)
  const row: VerificationRow = {
    app_id: appId,
    id,
    token_hash: token.hash,
    challenge_jti: start.challengeJti ?? null,
    type: start.identifier.type,
    value: start.identifier.value,
    code_mac: codeMac(codeKey(deps), id, code),
    code_size: start.codeSize,
    attempts: 0,
    resends: 0,
    silent: start.silent ? 1 : 0,
    template: start.template,
    sender: start.sender,
    locale: start.locale,
    granted_scopes: JSON.stringify(start.grantedScopes),
    code_challenge: start.codeChallenge ?? null,
    created_at: now,
    expires_at: Math.min(now + CODE_LIFETIME_SECONDS * 1000, start.expiresBy ?? Number.POSITIVE_INFINITY),
    consumed_at: null,
  }
  return { row, code, token: token.secret }
}

export const channelOf = (type: Identifier['type']): Channel => (type === 'email_address' ? 'email' : 'sms')

/** A silent verification queues its message like any other, so that nobody can tell by time; the message is then dropped. */
async function sendCode(tx: Tx, deps: Deps, row: VerificationRow, code: string): Promise<void> {
  await enqueueMessage(tx, deps, row.app_id, {
    channel: channelOf(row.type),
    recipient: row.value,
    template: row.template,
    values: { code, minutes: String(Math.ceil((row.expires_at - deps.now()) / 60_000)) },
    locale: row.locale,
    sender: row.sender,
    expiresAt: row.expires_at,
    suppressed: row.silent === 1,
  })
}

export type CheckOutcome =
  | { kind: 'verified'; verification: VerificationRow }
  /**
   * A wrong code of `verification` or, without it, one that was not judged, because its attempts are spent or its size is another: all look
   * alike.
   */
  | { kind: 'wrong'; verification?: VerificationRow }
  /** The right code, again. */
  | { kind: 'reused'; verification: VerificationRow }
  /** There is no such verification, or its time is up. */
  | { kind: 'ended' }

/** A code that a challenge asked for is tried by that challenge alone. */
const isTriedBy = ({ challenge_jti }: VerificationRow, key: VerificationKey) =>
  challenge_jti === null || 'challengeJti' in key

/**
 * Try a code. Each wrong try costs an attempt, even after the right code won; the right code wins once. One of another size than was sent is
 * wrong, and no try.
 */
export async function checkVerification(
  tx: Tx,
  deps: Deps,
  appId: string,
  by: { token: string } | { challengeJti: string },
  code: string,
): Promise<CheckOutcome> {
  const now = deps.now()
  const key: VerificationKey = 'token' in by ? { tokenHash: hashSecret(by.token) } : by
  // Counted before it is judged: whoever asks at the same time waits for this row.
  const attempted = await consumeAttempt(tx, appId, key, { codeSize: code.length, max: MAX_ATTEMPTS }, now)
  if (!attempted) {
    const row = await findVerification(tx, appId, key)
    return { kind: row && row.expires_at > now && isTriedBy(row, key) ? 'wrong' : 'ended' }
  }
  const right = isCode(codeKey(deps), attempted.id, code, attempted.code_mac)
  if (!right || attempted.silent === 1) return { kind: 'wrong', verification: attempted }
  await giveAttemptBack(tx, appId, attempted.id)
  const won = await consumeVerification(tx, appId, attempted.id, now, now + REPEAT_MS)
  return { kind: won ? 'verified' : 'reused', verification: attempted }
}

export type ResendOutcome = { kind: 'sent' } | { kind: 'spent' } | { kind: 'ended' }

/**
 * The verification that a token names, as long as a code can still be sent for it. Locked until the commit: whoever takes from a budget for it
 * does so afterwards, in the order of whoever gives back.
 */
export const findRunning = (tx: Tx, deps: Deps, appId: string, token: string): Promise<VerificationRow | undefined> =>
  findRunningForUpdate(tx, appId, { tokenHash: hashSecret(token) }, deps.now())

/** Send a new code in the place of the last; attempts already made still count. `silent`: let it not leave, nor be right. */
export async function resendCode(
  tx: Tx,
  deps: Deps,
  appId: string,
  token: string,
  { silent = false }: { silent?: boolean } = {},
): Promise<ResendOutcome> {
  const row = await findRunning(tx, deps, appId, token)
  if (!row) return { kind: 'ended' }
  return { kind: (await resend(tx, deps, row, { silent: silent || row.silent === 1 })) ? 'sent' : 'spent' }
}

async function resend(
  tx: Tx,
  deps: Deps,
  row: VerificationRow,
  { silent, tokenHash }: { silent: boolean; tokenHash?: string },
): Promise<boolean> {
  const code = newCode(row.code_size, deps.random)
  const code_mac = codeMac(codeKey(deps), row.id, code)
  const change = { code_mac, ...(silent && { silent: 1 }), ...(tokenHash !== undefined && { token_hash: tokenHash }) }
  const resent = await consumeResend(tx, row.app_id, row.id, MAX_RESENDS, change, deps.now())
  if (resent) await sendCode(tx, deps, resent, code)
  return resent !== undefined
}
