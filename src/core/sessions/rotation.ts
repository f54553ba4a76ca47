/** What a presented refresh token claims, once its MAC has been verified. */
export interface Presented {
  readonly counter: number
  /** Thumbprint of the proof it came with; empty when it came without one. */
  readonly jkt: string
  /** The `iat` of that proof, Unix ms by the client's clock; null without one. */
  readonly proofIssuedAt: number | null
  /** Whether the cookie of the login came along, which names this session. */
  readonly hasLoginCookie: boolean
}

export interface RotationState {
  readonly counter: number
  readonly jkt: string
  readonly created_at: number
  /** When the counter last moved. */
  readonly last_seen_at: number
  /** The `iat` of the proof that moved it, Unix ms by the client's clock. */
  readonly proof_issued_at: number | null
  readonly idle_expires_at: number
  readonly expires_at: number
  readonly ended_at: number | null
}

export type RotationDecision =
  /** The current token: rotate. */
  | 'rotate'
  /** A token spent a moment ago, whose answer was lost: the current one is answered again. */
  | 'repeat'
  /** Issued by us, yet ahead of the row: the database was restored from an earlier moment. Move the row forward. */
  | 'restore'
  /** A request of the session's own client that was made before the last rotation and comes after it: refused, and nothing ends. */
  | 'late'
  /** A token spent long ago: a copy. End the session. */
  | 'reuse'
  /** The right token with another key: a thief without the key. The session lives. */
  | 'wrong_key'
  /** The same from the browser that logged in a moment ago, which made two keys and kept the other one. Move the session to it. */
  | 'rebind'
  | 'ended'

/** How many tokens a client may have missed: a browser loses its last writes when the power goes. */
export const MAX_BEHIND = 10

/** Two tabs that refresh at once sign one after the other, and arrive in any order. */
export const SIDE_BY_SIDE_MS = 5_000

/** How long after a login its cookie may move a session that was never refreshed to another key. */
export const LOGIN_COOKIE_MS = 300_000

/** Further off than this, a client's clock is wrong, and it proves itself by a nonce. RFC 9449 §8. */
const WRONG_CLOCK_MS = 300_000

/** Decide what presenting a refresh token means. `spentMs`: how long a spent cookie answers its successor. RFC 9700 §4.14.2. */
export function decideRotation(
  session: RotationState | undefined,
  presented: Presented,
  now: number,
  spentMs: number,
): RotationDecision {
  if (!session || session.ended_at !== null) return 'ended'
  const { jkt, counter } = session
  if (session.expires_at <= now || session.idle_expires_at <= now) return 'ended'
  if (jkt !== '' && jkt !== presented.jkt) return mayRebind(session, presented, now) ? 'rebind' : 'wrong_key'
  if (presented.counter === counter) return 'rotate'
  if (presented.counter > counter) return 'restore'
  if (jkt === '') return presented.counter === counter - 1 && now - session.last_seen_at <= spentMs ? 'repeat' : 'reuse'
  if (isLate(session, presented, now)) return 'late'
  return presented.counter < counter - MAX_BEHIND ? 'reuse' : 'repeat'
}

const mayRebind = ({ counter, created_at }: RotationState, presented: Presented, now: number) =>
  presented.hasLoginCookie &&
  presented.jkt !== '' &&
  presented.counter === 0 &&
  counter === 0 &&
  now - created_at < LOGIN_COOKIE_MS

/**
 * Whether a proof was made before the one that moved the counter last, and not side by side with it for the same token. Two readings of one clock, the client's; between the two it may have been
 * set right: when it was ahead of ours then and is not now, they tell nothing.
 */
function isLate(session: RotationState, { counter, proofIssuedAt }: Presented, now: number): boolean {
  const { proof_issued_at, last_seen_at } = session
  if (proof_issued_at === null || proofIssuedAt === null) return false
  const leewayMs = counter === session.counter - 1 ? SIDE_BY_SIDE_MS : 0
  if (proofIssuedAt >= proof_issued_at - leewayMs) return false
  const wasAhead = proof_issued_at - last_seen_at > WRONG_CLOCK_MS
  return !(wasAhead && proofIssuedAt - now <= WRONG_CLOCK_MS)
}
