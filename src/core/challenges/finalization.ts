import type { ConsumedChallengeRow } from './tables.ts'

/** A lost answer may be asked for again for so long. */
export const REPEAT_MS = 60_000

export type FinalizationDecision =
  /** The answer was lost: the same session again. */
  | { kind: 'repeat'; sessionId: string }
  /** The same client by what it has proven, with another key: a browser that made two at its first login. The session moves to this one. */
  | { kind: 'rebind'; sessionId: string }
  | { kind: 'reused' }

export interface Presented {
  /** Thumbprint of the proof; empty without. */
  readonly jkt: string
  /** Whether the caller proved the same as whoever consumed it: by the token's PKCE verifier, or by a verification's token and code. */
  readonly provesTheSame: boolean
}

export interface OpenedSession {
  readonly counter: number
  readonly jkt: string
  readonly rebound_at: number | null
  readonly ended_at: number | null
}

/**
 * Decide what finalizing a consumed challenge token means. Within a minute, and as long as the session was never refreshed, it is a repeat by
 * the client that consumed it: the one with the session's key or, when it has none, the one that proves the same. Who proves the same with
 * another key gets the session moved to that key, once.
 */
export function decideFinalization(
  consumed: Pick<ConsumedChallengeRow, 'session_id' | 'consumed_at'>,
  session: OpenedSession | undefined,
  { jkt, provesTheSame }: Presented,
  now: number,
): FinalizationDecision {
  const sessionId = consumed.session_id
  const inTime = now - consumed.consumed_at < REPEAT_MS
  const unused = session?.counter === 0 && session.ended_at === null
  if (sessionId === null || !inTime || !unused) return { kind: 'reused' }
  if (jkt === session.jkt) return jkt !== '' || provesTheSame ? { kind: 'repeat', sessionId } : { kind: 'reused' }
  const mayMove = provesTheSame && jkt !== '' && session.jkt !== '' && session.rebound_at === null
  return mayMove ? { kind: 'rebind', sessionId } : { kind: 'reused' }
}
