import type { ConsumedChallengeRow } from './tables.ts'

/** A lost answer may be asked for again for so long. */
export const REPEAT_MS = 60_000

export type FinalizationDecision =
  /** The answer was lost: the same session again. */
  { kind: 'repeat'; sessionId: string } | { kind: 'reused' }

export interface Presented {
  /** Thumbprint of the proof; empty without. */
  readonly jkt: string
  /** Whether the caller answered the token's PKCE challenge. */
  readonly verifierMatches: boolean
}

/**
 * Decide what finalizing a consumed challenge token means. It is a repeat within a minute by the client that consumed it: the one with
 * its key or, when it came without a key, the one with the code verifier.
 */
export function decideFinalization(
  consumed: Pick<ConsumedChallengeRow, 'session_id' | 'jkt' | 'consumed_at'>,
  session: { readonly counter: number; readonly ended_at: number | null } | undefined,
  presented: Presented,
  now: number,
): FinalizationDecision {
  const inTime = now - consumed.consumed_at < REPEAT_MS
  const unused = session?.counter === 0 && session.ended_at === null
  const sameClient = consumed.jkt === presented.jkt && (presented.jkt !== '' || presented.verifierMatches)
  if (consumed.session_id === null || !inTime || !unused || !sameClient) return { kind: 'reused' }
  return { kind: 'repeat', sessionId: consumed.session_id }
}
