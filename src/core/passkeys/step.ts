import { type RequestOptions, requestOptions } from '../../crypto/webauthn.ts'
import type { AssertionResponse } from '../../crypto/webauthn-response.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Application } from '../applications/application.ts'
import type { PasskeyConfig } from './config.ts'
import { nameOf } from './passkey.ts'
import { listPasskeys } from './store/passkeys.ts'
import type { PasskeyRow } from './tables.ts'
import { stepChallenge } from './token.ts'
import { type PasskeyOutcome, verifyPasskey } from './verify.ts'

/** The step of a step-up that a passkey is to do: by the token that waits for it, and whose passkey it must be. */
export interface PasskeyStep {
  readonly jti: string
  readonly userId: string
  /** Only those that were made by then may do it, Unix ms. */
  readonly madeBy?: number | undefined
}

const counts = ({ created_at }: Pick<PasskeyRow, 'created_at'>, madeBy = Number.POSITIVE_INFINITY) =>
  created_at <= madeBy

/** The passkeys of a user that could do a step. */
export async function listUsable(
  deps: Deps,
  app: Application,
  config: PasskeyConfig,
  { userId, madeBy }: Omit<PasskeyStep, 'jti'>,
): Promise<PasskeyRow[]> {
  return (await listPasskeys(deps.db, app.id, [userId])).filter(
    (row) => row.rp_id === config.rp_id && row.blocked_at === null && counts(row, madeBy),
  )
}

/**
 * Options for a step by a passkey: the same as long as its token is the same. Undefined for a user who has none that could do it. Nothing is written.
 */
export async function stepOptions(
  deps: Deps,
  app: Application,
  config: PasskeyConfig,
  { jti, ...step }: PasskeyStep,
): Promise<RequestOptions | undefined> {
  const usable = await listUsable(deps, app, config, step)
  if (usable.length === 0) return undefined
  return await requestOptions({
    rpId: config.rp_id,
    challenge: stepChallenge(deps, app.id, jti),
    userVerification: config.user_verification,
    allow: usable.map(nameOf),
  })
}

/** Verify the answer to `stepOptions`: of that step, and by a passkey of that user. Nothing is written: see `usePasskey`. */
export async function verifyStep(
  deps: Deps,
  app: Application,
  config: PasskeyConfig,
  { jti, userId, madeBy }: PasskeyStep,
  assertion: AssertionResponse,
): Promise<PasskeyOutcome> {
  const outcome = await verifyPasskey(deps, app.id, config, {
    assertion,
    challenge: stepChallenge(deps, app.id, jti),
    rpId: config.rp_id,
    userVerification: config.user_verification,
    userId,
  })
  if (outcome.kind === 'refused' || counts(outcome.passkey, madeBy)) return outcome
  return { kind: 'refused', reason: 'it was made too lately' }
}
