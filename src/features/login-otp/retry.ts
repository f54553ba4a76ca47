import { accessFailure } from '../../core/access/failures.ts'
import { findVerificationTokens, verification } from '../../core/verifications/carrier.ts'
import { waysInFailure } from '../../core/ways-in/failures.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { retryCode } from './start.ts'
import { retryLater, TAG } from './wire.ts'

const retryAt = (path: string, operationId: string, form: string) =>
  endpoint({
    method: 'POST',
    path,
    audience: 'frontend',
    operationId,
    tag: TAG,
    summary: `Send another code${form}. The one before is no longer good`,
    access: verification,
    response: noContent,
    failures: [
      universal.bad_request,
      accessFailure.unauthorized,
      waysInFailure.saml_login_required,
      accessFailure.rate_limited,
    ],

    async handle({ app, request, fail }, deps) {
      const tokens = findVerificationTokens(request, app, deps)
      if (tokens.length === 0) fail(accessFailure.unauthorized)
      const outcome = await retryCode(deps, app, request, tokens)
      if (outcome.kind === 'limited') return fail(accessFailure.rate_limited, retryLater)
      if (outcome.kind === 'saml_login_required') return fail(waysInFailure.saml_login_required)
      return outcome.kind === 'ended' ? fail(accessFailure.unauthorized) : {}
    },
  })

export const retry = retryAt('/v1/session/otp/retry', 'otpRetry', '')
export const retryWebLogin = retryAt('/v1/session/login/otp/retry', 'loginOtpRetry', ', older form')
