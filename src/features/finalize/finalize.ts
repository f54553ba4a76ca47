import { z } from 'zod'
import { accessFailure } from '../../core/access/failures.ts'
import { isOwnPage } from '../../core/access/origin.ts'
import { openWithProof } from '../../core/access/proof.ts'
import { findRefreshToken } from '../../core/access/refresh-token.ts'
import type { Application } from '../../core/applications/application.ts'
import { challengeFailure, verifyChallengeToken } from '../../core/challenges/challenge-token.ts'
import { issueAccessToken } from '../../core/sessions/access-token.ts'
import { describeDevice } from '../../core/sessions/device.ts'
import { carryRefreshToken, refreshCookie, verifyRefreshToken } from '../../core/sessions/refresh-token.ts'
import { newSession } from '../../core/sessions/start.ts'
import { refreshTokenHeaders, sessionResponse } from '../../core/sessions/wire.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, type HttpRequest } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { consumeLimit } from '../../platform/limits/store.ts'
import { settingsOf } from '../../platform/settings.ts'
import { type Attempt, act, judge } from './attempt.ts'
import { FAILURE_WINDOW_SECONDS, finalizeSettings } from './settings.ts'

const failureOf = {
  expired: challengeFailure.expired_challenge_token,
  invalid: challengeFailure.invalid_challenge_token,
  verifier_missing: universal.bad_request,
  burned: universal.bad_request,
  reused: challengeFailure.token_reused,
} as const

export const finalize = endpoint({
  method: 'POST',
  path: '/v1/session/login/finalize',
  audience: 'frontend',
  operationId: 'finalizeLogin',
  tag: 'Login Finalize',
  summary: 'Finalize login',
  access: openWithProof,
  body: z
    .object({
      challenge_token: z.string().meta({ description: 'The challenge token obtained from a login method.' }),
      code_verifier: z
        .string()
        .optional()
        .meta({ description: 'PKCE code verifier; required when the login was started with a code challenge.' }),
    })
    .meta({ id: 'FinalizeLoginRequest' }),
  response: sessionResponse,
  headers: refreshTokenHeaders,
  failures: [
    universal.bad_request,
    challengeFailure.expired_challenge_token,
    challengeFailure.invalid_challenge_token,
    challengeFailure.token_reused,
    accessFailure.rate_limited,
  ],

  async handle({ app, proof, body, request, fail }, deps) {
    const carrier = proof ? 'header' : 'cookie'
    if (carrier === 'cookie' && !isOwnPage(request, app, deps)) fail(universal.bad_request)
    const jkt = proof?.thumbprint ?? ''
    const attempt = judge(await verifyChallengeToken(deps, app, body.challenge_token), body.code_verifier)
    const session = attempt.kind === 'consume' ? sessionOf(deps, app, request, attempt, jkt) : undefined
    const previous = findPrevious(request, app, deps)

    const outcome = await deps.transact(async (tx) => {
      const acted = await act(tx, deps, app.id, attempt, { session, jkt, previousId: previous?.sessionId })
      if (acted.kind === 'started' || acted.kind === 'repeated') return acted
      return (await consumeLimit(tx, app.id, failureLimit(app), request.ip, deps.now()))
        ? acted
        : { kind: 'limited' as const }
    })

    if (outcome.kind === 'limited')
      return fail(accessFailure.rate_limited, { headers: { 'retry-after': String(FAILURE_WINDOW_SECONDS) } })
    if (outcome.kind !== 'started' && outcome.kind !== 'repeated') return fail(failureOf[outcome.kind])
    const carried = carryRefreshToken(deps, app, outcome.session, carrier)
    const replacesCookie = carrier === 'header' && previous?.carrier === 'cookie'
    return {
      body: await issueAccessToken(deps, app, request, outcome.session),
      headers: { ...carried.headers, ...(proof && { 'DPoP-Nonce': proof.nonce }) },
      cookies: replacesCookie ? [refreshCookie(app)] : carried.cookies,
    }
  },
})

function sessionOf(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  attempt: Attempt & { kind: 'consume' },
  jkt: string,
) {
  const { sub, amr, auth_time } = attempt.claims
  const device = describeDevice(app, request)
  return newSession(deps, app, { userId: sub, jkt, amr, authTime: auth_time * 1000, device })
}

/** The session the client had until now, by the refresh token it sends along; one that means nothing is ignored. */
function findPrevious(request: HttpRequest, app: Application, deps: Deps) {
  const found = findRefreshToken(request, app)
  if (!found || (found.carrier === 'cookie' && !isOwnPage(request, app, deps))) return undefined
  const verified = verifyRefreshToken(deps, app.id, found.token)
  return verified && { sessionId: verified.sessionId, carrier: found.carrier }
}

const failureLimit = (app: Application) => ({
  name: 'finalize_failures',
  max: settingsOf(app, finalizeSettings).failures_per_ip,
  windowSeconds: FAILURE_WINDOW_SECONDS,
})
