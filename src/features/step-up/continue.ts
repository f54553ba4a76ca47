import { z } from 'zod'
import { accessToken } from '../../core/access/access-token.ts'
import { accessFailure } from '../../core/access/failures.ts'
import { open } from '../../core/access/open.ts'
import type { Application } from '../../core/applications/application.ts'
import { isStepUp, type StepUpClaims } from '../../core/challenges/challenge-claims.ts'
import { verifyChallengeToken } from '../../core/challenges/challenge-token.ts'
import { challengeFailure } from '../../core/challenges/failures.ts'
import { passkeyFailure } from '../../core/passkeys/failures.ts'
import { assertionBody } from '../../core/passkeys/wire.ts'
import { answerStep, stepMembers } from '../../core/step-up/answer.ts'
import { proofFailures, verifyHolder } from '../../core/step-up/holder.ts'
import { type PasskeyTry, tryPasskey } from '../../core/step-up/passkey-step.ts'
import { PASSKEY_STEP } from '../../core/step-up/terms.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, type HttpRequest, Refused } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { stepUpFailure } from './failures.ts'
import { type OwnStepTry, tryVerificationToken } from './own-step.ts'

const { invalid_challenge_token, expired_challenge_token, token_mismatch } = challengeFailure
const { invalid_verification_token } = stepUpFailure

/** Why a step is not done. */
const refusals = {
  invalid_verification_token,
  wrong: invalid_verification_token,
  token_mismatch,
  step_not_found: challengeFailure.step_not_found,
  step_bypassed: challengeFailure.step_bypassed,
  step_not_completed: challengeFailure.step_not_completed,
  reused: challengeFailure.token_reused,
  ended: accessFailure.unauthorized,
  not_configured: stepUpFailure.not_configured,
  unreachable: universal.internal,
  passkey_not_configured: passkeyFailure.passkey_not_configured,
  passkey_step_unavailable: passkeyFailure.passkey_step_unavailable,
  passkey_authenticator_blocked: passkeyFailure.passkey_authenticator_blocked,
} as const

/** The holder of a challenge token, which is in the body: so who calls is for the endpoint to find out. */
const challengeHolder: typeof open = {
  ...open,
  name: 'challengeHolder',
  security: [{ dpop: [] }, { accessToken: [] }, { accessToken: [], dpop: [] }],
}

const challenge_token = z.string().max(16_384)
/** Whoever sends both has mixed up whose step it is. */
const neither = z.never().optional()

const continueRequest = z
  .union([
    z.object({
      challenge_token,
      verification_token: z.string().max(16_384).meta({
        description: 'A JWT by which the application’s backend says that the current step is completed.',
      }),
      passkey_assertion: neither,
    }),
    z.object({ challenge_token, passkey_assertion: assertionBody, verification_token: neither }),
  ])
  .meta({ id: 'StepUpContinueRequest' })

type Proof = z.output<typeof continueRequest>

export const continueStepUp = endpoint({
  method: 'POST',
  path: '/v1/session/stepup/continue',
  audience: 'frontend',
  operationId: 'stepUpContinue',
  tag: 'Step-Up',
  summary: 'Complete a step of the application’s own, or one by a passkey',
  access: challengeHolder,
  body: continueRequest,
  response: z.object(stepMembers).meta({ id: 'StepUpContinueResponse' }),
  failures: [
    universal.bad_request,
    ...proofFailures,
    invalid_challenge_token,
    expired_challenge_token,
    ...Object.values(refusals),
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

    const outcome = await tryStep(deps, app, claims, holder.jkt, body)
    if (!('stepUp' in outcome)) return fail(refusals[outcome.kind])
    return { body: await answerStep(deps, app, outcome.stepUp, outcome.issuedAt) }
  },
})

async function tryStep(
  deps: Deps,
  app: Application,
  claims: StepUpClaims,
  jkt: string,
  { verification_token, passkey_assertion }: Proof,
): Promise<OwnStepTry | PasskeyTry> {
  if (verification_token !== undefined)
    return await tryVerificationToken(deps, app, { claims, jkt, token: verification_token })
  if (claims.current_step !== PASSKEY_STEP) return { kind: 'step_not_found' }
  return await tryPasskey(deps, app, { claims, jkt, assertion: passkey_assertion })
}

/** The session that an access token is of, if one came along that is still good. The proof beside it is the challenge’s, not the token’s. */
async function findBearer(request: HttpRequest, deps: Deps): Promise<{ sessionId: string } | undefined> {
  const withoutProof = { ...request, headers: { ...request.headers, dpop: undefined } }
  const grant = await accessToken.resolve(withoutProof, {}, deps, undefined)
  return grant instanceof Refused ? undefined : grant.caller
}
