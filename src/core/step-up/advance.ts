import { hmacSha256 } from '../../crypto/hash.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { idOf } from '../../platform/ids.ts'
import { kept } from '../../platform/kept-keys.ts'
import type { StepUpClaims } from '../challenges/challenge-claims.ts'
import type { StepUp } from '../challenges/challenge-token.ts'
import { REPEAT_MS } from '../challenges/finalization.ts'
import { consumeChallenge, findConsumedChallenge } from '../challenges/store.ts'
import type { ConsumedChallengeRow } from '../challenges/tables.ts'

/** The step-up with its current step done, under the `jti` of its next token. */
export function completeStep({ aud: _, exp: __, current_step, ...rest }: StepUpClaims, jti: string): StepUp {
  return { ...rest, jti, steps: rest.steps.map((step) => (step.key === current_step ? { ...step, done: true } : step)) }
}

/** Decide whether a used challenge token may be answered like the first time: to its own session, within a minute. */
export function isRepeat(
  consumed: Pick<ConsumedChallengeRow, 'session_id' | 'consumed_at'> | undefined,
  sessionId: string,
  now: number,
): boolean {
  return consumed?.session_id === sessionId && now - consumed.consumed_at < REPEAT_MS
}

const jtiKey = kept('step-up')

/** The `jti` that follows another: nobody can tell it beforehand, and it is the same each time. */
const nextJti = (deps: Deps, appId: string, jti: string): string =>
  idOf('cht', hmacSha256(jtiKey(deps), `${appId}\0${jti}`).subarray(0, 16))

export type AdvanceOutcome =
  /** `stepUp` is to be issued as of `issuedAt`; a repeat gets the very same token. */
  { kind: 'advanced' | 'repeated'; stepUp: StepUp; issuedAt: number } | { kind: 'reused' }

/** Use up a challenge token whose current step is done. Of several callers one advances it; repeats of the same session learn the same. */
export async function advance(
  tx: Tx,
  deps: Deps,
  appId: string,
  claims: StepUpClaims,
  jkt: string,
): Promise<AdvanceOutcome> {
  const now = deps.now()
  const { jti, sid, exp } = claims
  const use = { app_id: appId, jti, session_id: sid, jkt, consumed_at: now, expires_at: exp * 1000 }
  const stepUp = completeStep(claims, nextJti(deps, appId, jti))
  if (await consumeChallenge(tx, use)) return { kind: 'advanced', stepUp, issuedAt: now }
  const consumed = await findConsumedChallenge(tx, appId, jti)
  if (!consumed || !isRepeat(consumed, sid, now)) return { kind: 'reused' }
  return { kind: 'repeated', stepUp, issuedAt: consumed.consumed_at }
}
