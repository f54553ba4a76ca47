import { z } from 'zod'
import { accessFailure } from '../../core/access/failures.ts'
import { type RefreshTokenCaller, refreshToken } from '../../core/access/refresh-token.ts'
import type { Application } from '../../core/applications/application.ts'
import { verifyChallengeToken } from '../../core/challenges/challenge-token.ts'
import { challengeFailure } from '../../core/challenges/failures.ts'
import { issueAccessToken } from '../../core/sessions/access-token.ts'
import { carryRefreshToken } from '../../core/sessions/refresh-token.ts'
import { rotateSession } from '../../core/sessions/rotate.ts'
import { refreshTokenHeaders, sessionResponse } from '../../core/sessions/wire.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { decideStepUp, findUse, grantScope } from './step-up.ts'

const stepUpFailure = {
  expired: challengeFailure.expired_challenge_token,
  invalid: challengeFailure.invalid_challenge_token,
  mismatch: challengeFailure.token_mismatch,
  not_completed: challengeFailure.step_not_completed,
  reused: challengeFailure.token_reused,
} as const

export const refresh = endpoint({
  method: 'POST',
  path: '/v1/session/refresh',
  audience: 'frontend',
  operationId: 'refreshSession',
  tag: 'Session',
  summary: 'Spend the refresh token: a new access token and the next refresh token',
  access: refreshToken('required'),
  body: z
    .object({
      step_up_token: z
        .string()
        .optional()
        .meta({ description: 'A completed step-up challenge token of this session.' }),
    })
    .optional()
    .meta({ id: 'SessionRefreshRequest' }),
  response: sessionResponse,
  headers: refreshTokenHeaders,
  failures: [
    accessFailure.unauthorized,
    accessFailure.missing_dpop_proof,
    accessFailure.dpop_key_mismatch,
    ...Object.values(stepUpFailure),
  ],

  async handle({ app, caller, body, request, fail }, deps) {
    const stepUp =
      body?.step_up_token === undefined ? undefined : await readStepUp(deps, app, body.step_up_token, caller)
    if (stepUp && stepUp.kind !== 'grant') return fail(stepUpFailure[stepUp.kind])
    const outcome = await rotateSession(deps, app, caller)
    deps.metrics.refreshes.inc({ outcome: outcome.kind })

    if (outcome.kind === 'wrong_key')
      return fail(caller.proof ? accessFailure.dpop_key_mismatch : accessFailure.missing_dpop_proof)
    if (!('session' in outcome)) return fail(accessFailure.unauthorized)
    const { headers, cookies } = carryRefreshToken(deps, app, outcome.session, caller.carrier)
    const session = stepUp ? await grantScope(deps, app, outcome.session, stepUp.claims) : outcome.session
    if (!session) return fail(accessFailure.unauthorized)
    return {
      body: await issueAccessToken(deps, app, request, session, stepUp?.claims.jti),
      headers: { ...headers, ...(caller.proof && { 'DPoP-Nonce': caller.proof.nonce }) },
      cookies,
    }
  },
})

async function readStepUp(deps: Deps, app: Application, token: string, { sessionId }: RefreshTokenCaller) {
  const outcome = await verifyChallengeToken(deps, app, token)
  return decideStepUp(outcome, sessionId, await findUse(deps, app, outcome), deps.now())
}
