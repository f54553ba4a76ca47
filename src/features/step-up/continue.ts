import { z } from 'zod'
import { accessToken } from '../../core/access/access-token.ts'
import { accessFailure } from '../../core/access/failures.ts'
import { open } from '../../core/access/open.ts'
import type { Application } from '../../core/applications/application.ts'
import {
  COMPLETED,
  challengeFailure,
  isStepUp,
  issueStepUpChallenge,
  type StepUpClaims,
  verifyChallengeToken,
} from '../../core/challenges/challenge-token.ts'
import { type AdvanceOutcome, advance } from '../../core/step-up/advance.ts'
import { grantWhenCompleted } from '../../core/step-up/grant.ts'
import { proofFailures, verifyHolder } from '../../core/step-up/holder.ts'
import { consumeVerificationToken, stepUpConfigs } from '../../core/step-up/store.ts'
import { identifierTypeOf } from '../../core/step-up/terms.ts'
import { hashSecret } from '../../crypto/opaque-token.ts'
import { undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, type HttpRequest, Refused } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { stepUpFailure } from './failures.ts'
import { verifyVerificationToken } from './verification-token.ts'

const { invalid_challenge_token, expired_challenge_token, token_reused } = challengeFailure
const { token_mismatch, step_not_found, step_bypassed, step_not_completed } = challengeFailure
const { invalid_verification_token, not_configured } = stepUpFailure

const tokenFaults = {
  invalid_verification_token,
  token_mismatch,
  step_not_found,
  step_bypassed,
  step_not_completed,
} as const

/** The holder of a challenge token, which is in the body: so who calls is for the endpoint to find out. */
const challengeHolder: typeof open = {
  ...open,
  name: 'challengeHolder',
  security: [{ dpop: [] }, { accessToken: [] }, { accessToken: [], dpop: [] }],
}

export const continueStepUp = endpoint({
  method: 'POST',
  path: '/v1/session/stepup/continue',
  audience: 'frontend',
  operationId: 'stepUpContinue',
  tag: 'Step-Up',
  summary: 'Complete a step of the application’s own',
  access: challengeHolder,
  body: z
    .object({
      challenge_token: z.string().max(16_384),
      verification_token: z.string().max(16_384).meta({
        description: 'A JWT by which the application’s backend says that the current step is completed.',
      }),
    })
    .meta({ id: 'StepUpContinueRequest' }),
  response: z.object({ challenge_token: z.string() }).meta({ id: 'StepUpContinueResponse' }),
  failures: [
    universal.bad_request,
    universal.internal,
    accessFailure.unauthorized,
    ...proofFailures,
    invalid_challenge_token,
    expired_challenge_token,
    token_reused,
    not_configured,
    ...Object.values(tokenFaults),
  ],

  async handle({ app, body, request, fail }, deps) {
    const token = await verifyChallengeToken(deps, app, body.challenge_token)
    if (token.kind === 'expired') return fail(expired_challenge_token)
    if (token.kind === 'invalid' || !isStepUp(token.claims)) return fail(invalid_challenge_token)
    const { claims } = token

    const holder = await verifyHolder(deps, app, request, claims)
    if (holder.kind === 'refused') return fail(holder.failure)
    const bearer = await findBearer(request, deps)
    if (holder.kind === 'ended' || (holder.jkt === '' && !bearer)) return fail(accessFailure.unauthorized)
    if (bearer && bearer.sessionId !== claims.sid) return fail(token_mismatch)

    if (!isCustomStep(claims.current_step)) return fail(step_not_found)
    const jwksUrl = (await stepUpConfigs.find(deps.db, app.id))?.config.jwks_url
    if (!jwksUrl) return fail(not_configured)
    const verified = await verifyVerificationToken(deps, jwksUrl, body.verification_token, claims)
    if (verified.kind === 'unreachable') return fail(universal.internal)
    if (verified.kind === 'refused') return fail(tokenFaults[verified.code])

    const outcome = await advanceBy(deps, app, claims, holder.jkt, verified)
    if (outcome.kind === 'reused') return fail(token_reused)
    if (outcome.kind === 'spent') return fail(invalid_verification_token)
    if (outcome.kind === 'ended') return fail(accessFailure.unauthorized)
    return { body: { challenge_token: await issueStepUpChallenge(deps, app, outcome.stepUp, outcome.issuedAt) } }
  },
})

const isCustomStep = (key: string) => key !== COMPLETED && identifierTypeOf(key) === undefined

/** The session that an access token is of, if one came along that is still good. The proof beside it is the challenge’s, not the token’s. */
async function findBearer(request: HttpRequest, deps: Deps): Promise<{ sessionId: string } | undefined> {
  const grant = await accessToken.resolve({ ...request, headers: { ...request.headers, dpop: undefined } }, {}, deps)
  return grant instanceof Refused ? undefined : grant.caller
}

/** Advance a challenge, use up the verification token and, after the last step, grant the scope: all or nothing. A repeat finds both used, and is answered like the first time. */
async function advanceBy(
  deps: Deps,
  app: Application,
  claims: StepUpClaims,
  jkt: string,
  { jti, expiresAt }: { jti: string; expiresAt: number },
) {
  const used = { app_id: app.id, jti_hash: hashSecret(jti), expires_at: expiresAt }
  return await deps.transact<AdvanceOutcome | { kind: 'spent' } | { kind: 'ended' }>(async (tx) => {
    const advanced = await advance(tx, deps, app.id, claims, jkt)
    if (advanced.kind !== 'advanced') return advanced
    if (!(await consumeVerificationToken(tx, used))) return undo({ kind: 'spent' })
    return (await grantWhenCompleted(tx, deps, app, advanced.stepUp)) ? advanced : undo({ kind: 'ended' })
  })
}
