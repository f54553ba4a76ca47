import { z } from 'zod'
import { accessFailure } from '../../core/access/failures.ts'
import { refreshToken } from '../../core/access/refresh-token.ts'
import { challengeFailure, verifyChallengeToken } from '../../core/challenges/challenge-token.ts'
import { issueAccessToken } from '../../core/sessions/access-token.ts'
import { carryRefreshToken } from '../../core/sessions/refresh-token.ts'
import { rotateSession } from '../../core/sessions/rotate.ts'
import { refreshTokenHeaders, sessionResponse } from '../../core/sessions/wire.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { decideStepUp } from './step-up.ts'

const stepUpFailure = {
  expired: challengeFailure.expired_challenge_token,
  invalid: challengeFailure.invalid_challenge_token,
  mismatch: challengeFailure.token_mismatch,
  not_completed: challengeFailure.step_not_completed,
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
    if (body?.step_up_token !== undefined) {
      const decided = decideStepUp(await verifyChallengeToken(deps, app, body.step_up_token), caller.sessionId)
      fail(stepUpFailure[decided])
    }
    const outcome = await rotateSession(deps, app, caller)
    deps.metrics.refreshes.inc({ outcome: outcome.kind })

    if (outcome.kind === 'wrong_key')
      return fail(caller.proof ? accessFailure.dpop_key_mismatch : accessFailure.missing_dpop_proof)
    if (outcome.kind === 'reused' || outcome.kind === 'ended') return fail(accessFailure.unauthorized)
    const { headers, cookies } = carryRefreshToken(deps, app, outcome.session, caller.carrier)
    return {
      body: await issueAccessToken(deps, app, request, outcome.session),
      headers: { ...headers, ...(caller.proof && { 'DPoP-Nonce': caller.proof.nonce }) },
      cookies,
    }
  },
})
