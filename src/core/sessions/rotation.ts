/** What a presented refresh token claims, once its MAC has been verified. */
export interface Presented {
  readonly counter: number
  /** Thumbprint of the proof it came with; empty when it came without one. */
  readonly jkt: string
}

export interface RotationState {
  readonly counter: number
  readonly jkt: string
  /** When the counter last moved. */
  readonly last_seen_at: number
  readonly idle_expires_at: number
  readonly expires_at: number
  readonly ended_at: number | null
}

export type RotationDecision =
  /** The current token: rotate. */
  | 'rotate'
  /** The token before the current one, whose answer was lost: the current one is answered again. */
  | 'repeat'
  /** Issued by us, yet ahead of the row: the database was restored from an earlier moment. Move the row forward. */
  | 'restore'
  /** A token spent long ago: a copy. End the session. */
  | 'reuse'
  /** The right token with another key: a thief without the key. The session lives. */
  | 'wrong_key'
  | 'ended'

/** Decide what presenting a refresh token means. RFC 9700 §4.14.2. */
export function decideRotation(
  session: RotationState | undefined,
  presented: Presented,
  now: number,
  graceMs: number,
): RotationDecision {
  if (!session || session.ended_at !== null) return 'ended'
  if (session.expires_at <= now || session.idle_expires_at <= now) return 'ended'
  if (session.jkt !== '' && session.jkt !== presented.jkt) return 'wrong_key'
  if (presented.counter === session.counter) return 'rotate'
  if (presented.counter > session.counter) return 'restore'
  if (presented.counter < session.counter - 1) return 'reuse'
  const proven = session.jkt !== ''
  return proven || now - session.last_seen_at <= graceMs ? 'repeat' : 'reuse'
}
