import { hashSecret, newSecret } from '../../crypto/opaque-token.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { enqueueMessage, type Suppression } from '../messages/send.ts'
import type { Channel } from '../messages/tables.ts'
import { readTakings, type Taking } from './budgets.ts'
import { keepCode, makeCode, openCode } from './sent-code.ts'
import {
  consumeResend,
  deleteExpiredOfChallenge,
  findLatestOfClient,
  findRunningForUpdate,
  findVerification,
  insertVerification,
  updateRunning,
} from './store.ts'
import type { VerificationRow } from './tables.ts'

export const CODE_LIFETIME_SECONDS = 600
export const MAX_ATTEMPTS = 5
const MAX_RESENDS = 3
const TOKEN_PREFIX = 'vt_'
/** A double click, or a client that repeats what it got no answer to. */
const SAME_CODE_MS = 60_000

/** A message of a verification: what it took from budgets, and why it must not leave, though all goes on as if it did. */
export interface Sending {
  readonly takings: readonly Taking[]
  readonly silence?: Suppression | undefined
}

export interface NewVerification extends Sending {
  /** Normalised. */
  readonly identifier: Identifier
  readonly codeSize: number
  readonly template: string
  readonly sender: string
  readonly locale: string
  readonly grantedScopes: readonly string[]
  readonly codeChallenge: string | undefined
  /** `jti` of the challenge that asks for the code: it has one verification at a time. */
  readonly challengeJti?: string
  /** JSON: the account at a provider whose address the code proves, or whose password was right. */
  readonly link?: string
  /** When the code is of no use any more, if that is before its own time is up. Unix ms. */
  readonly expiresBy?: number
  /** What tells its client from others: two starts of one within a minute, which know nothing of each other, send the same code. */
  readonly client?: string
  /** The verifications that the client holds already. One of the same login is kept: its code is sent again, and is good for ten more minutes. */
  readonly carried?: readonly Carried[]
}

/** A verification that runs, with the token that the client holds. */
export interface Carried {
  readonly token: string
  readonly row: VerificationRow
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
  const kept = await keep(tx, deps, start)
  if (kept) return { kind: 'started', token: kept }
  if (challengeJti !== undefined) await deleteExpiredOfChallenge(tx, appId, challengeJti, deps.now())
  const lent = await findSameCode(tx, deps, appId, start)
  const code = lent?.code ?? makeCode(deps, start.codeSize)
  const { row, token } = newVerification(deps, appId, start, code, lent?.group)
  if (await insertVerification(tx, row)) {
    await sendCode(tx, deps, row, code, start.silence)
    return { kind: 'started', token }
  }
  const running = challengeJti === undefined ? undefined : await findVerification(tx, appId, { challengeJti })
  if (!running) throw new Error('a verification collided with none')
  return (await resend(tx, deps, running, start, row.token_hash)) ? { kind: 'started', token } : { kind: 'spent' }
}

/** Send the code of the client's verification again, if it is of the same login and can still be entered. Answers its token. */
async function keep(tx: Tx, deps: Deps, start: NewVerification): Promise<string | undefined> {
  const now = deps.now()
  for (const { token, row } of start.carried ?? []) {
    const code = isSameLogin(row, start) ? openCode(deps, row) : undefined
    if (!code) continue
    const silence = row.silent === 1 ? start.silence : undefined
    const change = {
      ...silenced(silence),
      takings: addTakings(row, start.takings),
      expires_at: Math.max(row.expires_at, now + CODE_LIFETIME_SECONDS * 1000),
    }
    const kept = await updateRunning(tx, row.app_id, row.id, change, MAX_ATTEMPTS, now)
    if (!kept) continue
    await sendCode(tx, deps, { ...kept, locale: start.locale }, code, start.silence)
    return token
  }
  return undefined
}

const silenced = (silence: Suppression | undefined) => ({ silent: silence ? 1 : 0, silence: silence ?? null })

const isSameLogin = (row: VerificationRow, start: NewVerification): boolean =>
  isSameRecipient(row, start) &&
  row.template === start.template &&
  row.sender === start.sender &&
  row.granted_scopes === JSON.stringify(start.grantedScopes) &&
  row.code_challenge === (start.codeChallenge ?? null)

const isSameRecipient = (row: VerificationRow, { identifier, codeSize }: NewVerification): boolean =>
  row.challenge_jti === null &&
  row.type === identifier.type &&
  row.value === identifier.value &&
  row.code_size === codeSize &&
  row.attempts < MAX_ATTEMPTS

/** The code that the client was sent a moment ago, for a verification that it cannot name, or that is of another login. */
async function findSameCode(tx: Tx, deps: Deps, appId: string, start: NewVerification) {
  if (start.client === undefined) return undefined
  const latest = await findLatestOfClient(tx, appId, start.client, deps.now() - SAME_CODE_MS)
  const rows = [...(start.carried ?? []).map(({ row }) => row), ...(latest ? [latest] : [])]
  for (const row of rows) {
    const code = isSameRecipient(row, start) ? openCode(deps, row) : undefined
    if (code) return { code, group: row.code_group ?? row.id }
  }
  return undefined
}

function newVerification(deps: Deps, appId: string, start: NewVerification, code: string, group?: string) {
  const now = deps.now()
  const id = newId('ver', deps)
  const token = newSecret(TOKEN_PREFIX, deps.random)
  const row: VerificationRow = {
    app_id: appId,
    id,
    token_hash: token.hash,
    challenge_jti: start.challengeJti ?? null,
    type: start.identifier.type,
    value: start.identifier.value,
    ...keepCode(deps, appId, id, code),
    code_group: group ?? id,
    code_size: start.codeSize,
    attempts: 0,
    resends: 0,
    ...silenced(start.silence),
    takings: JSON.stringify(start.takings),
    client: start.client ?? null,
    template: start.template,
    sender: start.sender,
    locale: start.locale,
    granted_scopes: JSON.stringify(start.grantedScopes),
    code_challenge: start.codeChallenge ?? null,
    link: start.link ?? null,
    created_at: now,
    expires_at: Math.min(now + CODE_LIFETIME_SECONDS * 1000, start.expiresBy ?? Number.POSITIVE_INFINITY),
    consumed_at: null,
  }
  return { row, token: token.secret }
}

const addTakings = (row: VerificationRow, more: readonly Taking[]): string =>
  JSON.stringify([...readTakings(row), ...more])

export const channelOf = (type: Identifier['type']): Channel => (type === 'email_address' ? 'email' : 'sms')

/** A silent verification queues its message like any other, so that nobody can tell by time; the message is then dropped. */
async function sendCode(
  tx: Tx,
  deps: Deps,
  row: VerificationRow,
  code: string,
  silence: Suppression | undefined,
): Promise<void> {
  await enqueueMessage(tx, deps, row.app_id, {
    channel: channelOf(row.type),
    recipient: row.value,
    template: row.template,
    values: { code, minutes: String(Math.ceil((row.expires_at - deps.now()) / 60_000)) },
    locale: row.locale,
    sender: row.sender,
    expiresAt: row.expires_at,
    suppressed: silence,
  })
}

/**
 * The verifications that tokens name, as long as a code can still be sent for them. Locked until the commit: whoever takes from a budget for one
 * does so afterwards, in the order of whoever gives back.
 */
export async function findCarried(
  tx: Tx,
  deps: Deps,
  appId: string,
  tokens: readonly string[],
): Promise<readonly Carried[]> {
  const found: Carried[] = []
  for (const token of tokens.toSorted((one, other) => (hashSecret(one) < hashSecret(other) ? -1 : 1))) {
    const row = await findRunningForUpdate(tx, appId, { tokenHash: hashSecret(token) }, deps.now())
    if (row) found.push({ token, row })
  }
  return found.toSorted((one, other) => tokens.indexOf(one.token) - tokens.indexOf(other.token))
}

/**
 * Send a new code in the place of the last; attempts already made still count. With `silence` it does not leave, and no code is right any more:
 * once silent, a verification stays so.
 */
export const resendCode = async (
  tx: Tx,
  deps: Deps,
  row: VerificationRow,
  sending: Sending,
): Promise<'sent' | 'spent'> => ((await resend(tx, deps, row, sending)) ? 'sent' : 'spent')

async function resend(
  tx: Tx,
  deps: Deps,
  row: VerificationRow,
  sending: Sending,
  tokenHash?: string,
): Promise<boolean> {
  const code = makeCode(deps, row.code_size)
  const silence = sending.silence ?? (row.silent === 1 ? (row.silence ?? 'recipient') : undefined)
  const change = {
    ...keepCode(deps, row.app_id, row.id, code),
    code_group: row.id,
    takings: addTakings(row, sending.takings),
    ...(silence && silenced(silence)),
    ...(tokenHash !== undefined && { token_hash: tokenHash }),
  }
  const resent = await consumeResend(tx, row.app_id, row.id, MAX_RESENDS, change, deps.now())
  if (resent) await sendCode(tx, deps, resent, code, silence)
  return resent !== undefined
}
