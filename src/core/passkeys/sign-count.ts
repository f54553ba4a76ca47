export type SignCountDecision =
  | { readonly kind: 'fine' /** To be stored. */; readonly signCount: number }
  /** The same key has signed elsewhere since: there is a copy of it. */
  | { readonly kind: 'regressed' }

/**
 * Decide what the sign count of an answer says. A key that does not leave its device counts up with every answer, or says zero for ever. One that is
 * synced cannot count, for each device would count for itself: what it says is kept and judges nobody. WebAuthn Level 3 §6.1.1.
 */
export function decideSignCount(stored: number, presented: number, backupEligible: boolean): SignCountDecision {
  if (backupEligible) return { kind: 'fine', signCount: Math.max(stored, presented) }
  const isFine = presented > stored || (presented === 0 && stored === 0)
  return isFine ? { kind: 'fine', signCount: presented } : { kind: 'regressed' }
}
