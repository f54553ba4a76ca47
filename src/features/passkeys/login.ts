import { z } from 'zod'
import { accessFailure } from '../../core/access/failures.ts'
import { open } from '../../core/access/open.ts'
import { challengeFailure } from '../../core/challenges/failures.ts'
import { loginChallengeResponse } from '../../core/challenges/wire.ts'
import { passkeyFailure } from '../../core/passkeys/failures.ts'
import { beginPasskeyLogin, finishPasskeyLogin } from '../../core/passkeys/login.ts'
import { openToken } from '../../core/passkeys/token.ts'
import { assertionBody, requestOptionsObject } from '../../core/passkeys/wire.ts'
import { countUp } from '../../core/rollups/count.ts'
import { waysInFailure } from '../../core/ways-in/failures.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { admit, retryLater } from './limits.ts'
import { findConfig, token } from './wire.ts'

const { passkey_not_configured } = passkeyFailure
const { expired_challenge_token, invalid_challenge_token, token_reused } = challengeFailure

const TAG = 'Passkey Login'
const PATH = '/v1/session/login/passkey'

export const beginLogin = endpoint({
  method: 'POST',
  path: `${PATH}/begin`,
  audience: 'frontend',
  operationId: 'passkeyLoginBegin',
  tag: TAG,
  summary: 'Begin a login by passkey, whosever it will be',
  access: open,
  body: z
    .object({
      dispatch_id: z
        .string()
        .max(64)
        .optional()
        .meta({ description: 'The identifier of the dispatch from the front-end SDK.' }),
    })
    .optional()
    .meta({ id: 'PasskeyLoginBeginRequest' }),
  response: z
    .object({
      public_key: requestOptionsObject,
      login_token: token.meta({ description: 'To finish the login with, within five minutes.' }),
    })
    .meta({ id: 'PasskeyLoginBeginResponse' }),
  failures: [universal.bad_request, passkey_not_configured, accessFailure.rate_limited],

  async handle({ app, request, fail }, deps) {
    const config = await findConfig(deps, app)
    if (!config?.login_enabled) return fail(passkey_not_configured)
    if (!admit(deps, app, request.ip, 'starts')) return fail(accessFailure.rate_limited, retryLater)
    const { publicKey, loginToken } = await beginPasskeyLogin(deps, app, config)
    return { body: { public_key: requestOptionsObject.parse(publicKey), login_token: loginToken } }
  },
})

export const finishLogin = endpoint({
  method: 'POST',
  path: `${PATH}/finish`,
  audience: 'frontend',
  operationId: 'passkeyLoginFinish',
  signIn: 'passkey',
  tag: TAG,
  summary: 'Log in with what the authenticator answered',
  access: open,
  body: z.object({ login_token: token, assertion: assertionBody }).meta({ id: 'PasskeyLoginFinishRequest' }),
  response: loginChallengeResponse,
  failures: [
    universal.bad_request,
    passkey_not_configured,
    expired_challenge_token,
    invalid_challenge_token,
    token_reused,
    accessFailure.unauthorized,
    waysInFailure.saml_login_required,
    accessFailure.rate_limited,
  ],

  async handle({ app, body, request, fail }, deps) {
    const config = await findConfig(deps, app)
    if (!config?.login_enabled) return fail(passkey_not_configured)
    const opened = openToken(deps, app.id, 'login', body.login_token)
    if (opened.kind !== 'valid') return fail(challengeFailure[`${opened.kind}_challenge_token`])
    const login = await finishPasskeyLogin(deps, app, config, opened.claims, body.assertion)
    if (login.kind === 'proven') return { body: { challenge_token: login.challengeToken } }
    if (login.kind === 'reused') return fail(token_reused)
    if (login.kind === 'enforced') return fail(waysInFailure.saml_login_required)
    // Only now: nothing can be guessed, and strangers behind one address must not keep each other out.
    if (!admit(deps, app, request.ip, 'failures')) return fail(accessFailure.rate_limited, retryLater)
    countUp(deps, app.id, 'login_refused', { way: 'passkey' })
    deps.log.info({ app: app.id, cause: login.reason }, 'a login by passkey was refused')
    return fail(accessFailure.unauthorized)
  },
})
