import { z } from 'zod'
import { accessFailure } from '../../core/access/failures.ts'
import { open } from '../../core/access/open.ts'
import { challengeFailure } from '../../core/challenges/failures.ts'
import { identifierFailure } from '../../core/identifiers/failures.ts'
import { stepMembers } from '../../core/step-up/answer.ts'
import {
  carryVerificationToken,
  findVerificationTokens,
  spentVerificationCookie,
  verification,
  verificationCookie,
  verificationHeaders,
} from '../../core/verifications/carrier.ts'
import { isCodeChallenge } from '../../crypto/pkce.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { checkForChallenge } from './check.ts'
import { checkChallenge, startForChallenge } from './purposes.ts'
import { startLogin } from './start.ts'
import { checkFailure, codeMember, loginMembers, proofFailures, retryLater, startFailure, TAG } from './wire.ts'

const challengeToken = z
  .string()
  .min(1)
  .max(16_384)
  .meta({ description: 'The challenge token of a step-up, or of an account at a provider, instead of an identifier.' })

/** Whoever names both an identifier and a challenge token has mixed up what the code is for. */
const neither = z.never().optional()

const startRequest = z
  .union([
    z.object({
      ...loginMembers,
      challenge_token: neither,
      code_challenge: z
        .string()
        .refine(isCodeChallenge, 'is no S256 code challenge')
        .optional()
        .meta({ description: 'PKCE S256 code challenge; finalize with its verifier.' }),
    }),
    z.object({ challenge_token: challengeToken, identifier: neither, dispatch_id: loginMembers.dispatch_id }),
  ])
  .meta({ id: 'OtpCreateRequest' })

const startStepFailure = {
  expired: challengeFailure.expired_challenge_token,
  invalid: challengeFailure.invalid_challenge_token,
  reused: challengeFailure.token_reused,
  ended: accessFailure.unauthorized,
  step_not_found: challengeFailure.step_not_found,
  no_login_config: startFailure.no_login_config,
  saml_login_required: startFailure.saml_login_required,
} as const

export const start = endpoint({
  method: 'POST',
  path: '/v1/session/otp',
  audience: 'frontend',
  operationId: 'otpCreate',
  tag: TAG,
  summary:
    'Send a code, to log in or for a step of a step-up. The answer does not tell whether anybody has the identifier',
  access: open,
  body: startRequest,
  response: noContent,
  headers: verificationHeaders,
  failures: [
    universal.bad_request,
    ...Object.values(startFailure),
    ...Object.values(startStepFailure),
    accessFailure.rate_limited,
  ],

  async handle({ app, request, body, fail }, deps) {
    if (body.challenge_token !== undefined) {
      const outcome = await startForChallenge(deps, app, request, body.challenge_token)
      if (outcome.kind === 'limited') return fail(accessFailure.rate_limited, retryLater)
      if (outcome.kind !== 'started') return fail(startStepFailure[outcome.kind])
      return carryVerificationToken(app, outcome.token)
    }
    const { identifier, login_config_id: loginConfigId, code_challenge: codeChallenge } = body
    const tokens = findVerificationTokens(request, app, deps)
    const outcome = await startLogin(deps, app, request, { identifier, loginConfigId, codeChallenge, tokens })
    if (outcome.kind === 'limited') return fail(accessFailure.rate_limited, retryLater)
    if (outcome.kind !== 'started') return fail(startFailure[outcome.kind])
    return carryVerificationToken(app, outcome.token, outcome.others)
  },
})

const checkStepFailure = {
  ...checkFailure,
  invalid: challengeFailure.invalid_challenge_token,
  step_not_found: challengeFailure.step_not_found,
  identifier_taken: identifierFailure.identifier_already_exists,
} as const

export const check = endpoint({
  method: 'POST',
  path: '/v1/session/otp/check',
  audience: 'frontend',
  operationId: 'otpCheck',
  signIn: 'code',
  tag: TAG,
  summary: 'Exchange a code for a challenge token: of a login, to be finalized, or of the next step of a step-up',
  access: verification,
  body: z.object({ code: codeMember, challenge_token: challengeToken.optional() }).meta({ id: 'OtpCheckRequest' }),
  response: z.object(stepMembers).meta({ id: 'OtpCheckResponse' }),
  headers: { 'Set-Cookie': { description: 'Lets the verification, which is over, go within a minute' } },
  failures: [universal.bad_request, ...Object.values(checkStepFailure), ...proofFailures, accessFailure.rate_limited],

  async handle({ app, request, body, fail }, deps) {
    const { code, challenge_token } = body
    if (challenge_token !== undefined) {
      const outcome = await checkChallenge(deps, app, request, { challengeToken: challenge_token, code })
      if (outcome.kind === 'limited') return fail(accessFailure.rate_limited, retryLater)
      if (outcome.kind === 'refused') return fail(proofFailureOf(outcome.refused.refusal.failure))
      if (outcome.kind !== 'advanced') return fail(checkStepFailure[outcome.kind])
      return { body: outcome.answer, cookies: [verificationCookie(app)] }
    }
    const tokens = findVerificationTokens(request, app, deps)
    if (tokens.length === 0) fail(accessFailure.unauthorized)
    const outcome = await checkForChallenge(deps, app, request, { by: { tokens }, code })
    if (outcome.kind === 'limited') return fail(accessFailure.rate_limited, retryLater)
    if (outcome.kind !== 'proven') return fail(checkStepFailure[outcome.kind])
    return {
      body: { challenge_token: outcome.challengeToken },
      cookies: [spentVerificationCookie(app, tokens)],
    }
  },
})

const proofFailureOf = (failure: object) =>
  proofFailures.find((one) => one === failure) ?? accessFailure.invalid_dpop_proof
