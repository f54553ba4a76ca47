import type { ChallengeOutcome } from '../../core/challenges/challenge-token.ts'

export type StepUpDecision = 'expired' | 'invalid' | 'mismatch' | 'not_completed'

/** Decide why a challenge token grants this session nothing. */
export function decideStepUp(token: ChallengeOutcome, sessionId: string): StepUpDecision {
  if (token.kind !== 'valid') return token.kind
  const { sid, current_step } = token.claims
  if (sid === undefined) return 'invalid'
  if (sid !== sessionId) return 'mismatch'
  return current_step === 'completed' ? 'invalid' : 'not_completed'
}
