import type { Deps } from '../../platform/deps.ts'
import { type HttpRequest, Refused } from '../../platform/endpoint.ts'
import { accessFailure } from '../access/failures.ts'
import { readChallengeProof } from '../access/proof.ts'
import type { Application } from '../applications/application.ts'
import type { StepUpClaims } from '../challenges/challenge-claims.ts'
import { findLiveSession } from '../sessions/store.ts'

const { invalid_dpop_proof, missing_dpop_proof, dpop_key_mismatch } = accessFailure

/** What a proof of a challenge can fail by. */
export const proofFailures = [invalid_dpop_proof, missing_dpop_proof, dpop_key_mismatch] as const

type ProofFailure = (typeof proofFailures)[number]

export type HolderOutcome =
  /** `jkt`: the session's key, which was proven; empty for a session without one. */
  | { kind: 'held'; jkt: string }
  /** The session is over. */
  | { kind: 'ended' }
  | { kind: 'refused'; failure: ProofFailure }

/**
 * Verify that a step-up is carried on by its own session: it lives and, if it is bound to a key, that key signed a proof that repeats the
 * challenge's `jti`. Who carries on a session without a key is left to the caller to find out.
 */
export async function verifyHolder(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  { sid, jti }: StepUpClaims,
): Promise<HolderOutcome> {
  const session = await findLiveSession(deps.db, app.id, sid, deps.now())
  const proof = readChallengeProof(request, app, deps, jti)
  if (proof instanceof Refused) return { kind: 'refused', failure: invalid_dpop_proof }
  if (!session) return { kind: 'ended' }
  const { jkt } = session
  if (jkt === '' || proof?.thumbprint === jkt) return { kind: 'held', jkt }
  return { kind: 'refused', failure: proof ? dpop_key_mismatch : missing_dpop_proof }
}
