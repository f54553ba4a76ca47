import { z } from 'zod'
import { carryLogin } from '../../core/access/carry-login.ts'
import { accessFailure } from '../../core/access/failures.ts'
import { open } from '../../core/access/open.ts'
import { isOwnPage } from '../../core/access/origin.ts'
import { findPreviousSession } from '../../core/access/refresh-token.ts'
import { issueAccessToken } from '../../core/sessions/access-token.ts'
import { refreshTokenHeaders, sessionResponse } from '../../core/sessions/wire.ts'
import {
  carryVerificationToken,
  findVerificationTokens,
  spentVerificationCookie,
  verificationHeaders,
  verificationWithProof,
} from '../../core/verifications/carrier.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { checkForSession } from './check.ts'
import { startLogin } from './start.ts'
import { checkFailure, codeMember, loginMembers, retryLater, startFailure, TAG } from './wire.ts'

// The older family, which opens the session without a challenge token between. The web SDK knows no other login by code.

export const startWebLogin = endpoint({
  method: 'POST',
  path: '/v1/session/login/otp',
  audience: 'frontend',
  operationId: 'loginOtp',
  tag: TAG,
  summary: 'Send a code to log in, older form. The answer does not tell whether anybody has this identifier',
  access: open,
  body: z.object(loginMembers).meta({ id: 'LoginOtpRequest' }),
  response: noContent,
  headers: verificationHeaders,
  failures: [universal.bad_request, ...Object.values(startFailure), accessFailure.rate_limited],

  async handle({ app, request, body, fail }, deps) {
    const { identifier, login_config_id: loginConfigId } = body
    const tokens = findVerificationTokens(request, app, deps)
    const outcome = await startLogin(deps, app, request, { identifier, loginConfigId, tokens })
    if (outcome.kind === 'limited') return fail(accessFailure.rate_limited, retryLater)
    if (outcome.kind !== 'started') return fail(startFailure[outcome.kind])
    return carryVerificationToken(app, outcome.token, outcome.others)
  },
})

export const checkWebLogin = endpoint({
  method: 'POST',
  path: '/v1/session/login/otp/check',
  audience: 'frontend',
  operationId: 'loginOtpCheck',
  signIn: 'code',
  tag: TAG,
  summary: 'Open a session by code, older form',
  access: verificationWithProof,
  body: z.object({ code: codeMember }).meta({ id: 'LoginOtpCheckRequest' }),
  response: sessionResponse,
  headers: refreshTokenHeaders,
  failures: [universal.bad_request, ...Object.values(checkFailure), accessFailure.rate_limited],

  async handle({ app, proof, request, body, fail }, deps) {
    if (!proof && !isOwnPage(request, app, deps)) fail(universal.bad_request)
    const tokens = findVerificationTokens(request, app, deps)
    if (tokens.length === 0) fail(accessFailure.unauthorized)
    const previous = findPreviousSession(request, app, deps)
    const opener = { jkt: proof?.thumbprint ?? '', previousId: previous?.sessionId }
    const outcome = await checkForSession(deps, app, request, { by: { tokens }, code: body.code }, opener)

    if (outcome.kind === 'limited') return fail(accessFailure.rate_limited, retryLater)
    if (outcome.kind !== 'started' && outcome.kind !== 'repeated') return fail(checkFailure[outcome.kind])
    const { headers, cookies } = carryLogin(deps, app, request, outcome.session, proof, previous?.carrier)
    return {
      body: await issueAccessToken(deps, app, request, outcome.session),
      headers,
      cookies: [spentVerificationCookie(app, tokens), ...cookies],
    }
  },
})
