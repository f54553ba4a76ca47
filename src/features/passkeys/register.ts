import { z } from 'zod'
import { accessToken } from '../../core/access/access-token.ts'
import { accessFailure, scopeChallenge } from '../../core/access/failures.ts'
import { challengeFailure } from '../../core/challenges/failures.ts'
import { passkeyFailure } from '../../core/passkeys/failures.ts'
import { MAX_PASSKEYS_PER_USER, passkeyObject, passkeyView } from '../../core/passkeys/passkey.ts'
import { beginPasskeyRegistration, finishPasskeyRegistration, PASSKEY_SCOPE } from '../../core/passkeys/registration.ts'
import { openToken } from '../../core/passkeys/token.ts'
import { attestationBody, creationOptionsObject, nicknameBody } from '../../core/passkeys/wire.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { admit } from './limits.ts'
import { findConfig, PATH, TAG, token } from './wire.ts'

const { unauthorized, insufficient_scope } = accessFailure
const { passkey_not_configured, passkey_registration_failed } = passkeyFailure
const { expired_challenge_token, invalid_challenge_token, token_reused } = challengeFailure

const missingScope = { headers: scopeChallenge(PASSKEY_SCOPE) }
const TOO_MANY = `A user has ${MAX_PASSKEYS_PER_USER} passkeys at most. Delete one first.`

export const beginRegistration = endpoint({
  method: 'POST',
  path: `${PATH}/register/begin`,
  audience: 'frontend',
  operationId: 'passkeyRegisterBegin',
  tag: TAG,
  summary: `Begin to register a passkey for the signed-in user, who has the scope \`${PASSKEY_SCOPE}\``,
  access: accessToken,
  body: z
    .object({
      username: z.string().min(1).max(320).meta({ description: 'How the authenticator calls the account.' }),
      display_name: z.string().max(320).nullish().meta({ description: 'The same for people. Default: the username.' }),
      nickname: nicknameBody.nullish().meta({ description: 'How the user calls the passkey.' }),
    })
    .meta({ id: 'PasskeyRegisterBeginRequest' }),
  response: z
    .object({
      public_key: creationOptionsObject,
      registration_token: token.meta({ description: 'To finish the registration with, within five minutes.' }),
    })
    .meta({ id: 'PasskeyRegisterBeginResponse' }),
  failures: [universal.bad_request, passkey_not_configured, unauthorized, insufficient_scope],

  async handle({ app, caller, body, fail }, deps) {
    const config = (await findConfig(deps, app)) ?? fail(passkey_not_configured)
    if (!caller.scopes.includes(PASSKEY_SCOPE)) return fail(insufficient_scope, missingScope)
    const { publicKey, registrationToken } = await beginPasskeyRegistration(deps, app, config, {
      userId: caller.userId,
      sessionId: caller.sessionId,
      username: body.username,
      displayName: body.display_name ?? body.username,
      nickname: body.nickname ?? null,
    })
    return { body: { public_key: creationOptionsObject.parse(publicKey), registration_token: registrationToken } }
  },
})

export const finishRegistration = endpoint({
  method: 'POST',
  path: `${PATH}/register/finish`,
  audience: 'frontend',
  operationId: 'passkeyRegisterFinish',
  tag: TAG,
  summary: `Register a passkey with what the authenticator answered. Uses up the scope \`${PASSKEY_SCOPE}\``,
  access: accessToken,
  body: z
    .object({ registration_token: token, attestation: attestationBody })
    .meta({ id: 'PasskeyRegisterFinishRequest' }),
  response: z
    .object({
      credential: passkeyObject,
      already_registered: z.boolean().meta({ description: 'Whether the user had it before, and nothing changed.' }),
    })
    .meta({ id: 'PasskeyRegisterFinishResponse' }),
  failures: [
    universal.bad_request,
    passkey_not_configured,
    passkey_registration_failed,
    expired_challenge_token,
    invalid_challenge_token,
    token_reused,
    unauthorized,
    insufficient_scope,
  ],

  async handle({ app, caller, body, request, fail }, deps) {
    const config = (await findConfig(deps, app)) ?? fail(passkey_not_configured)
    const opened = openToken(deps, app.id, 'registration', body.registration_token)
    if (opened.kind !== 'valid') return fail(challengeFailure[`${opened.kind}_challenge_token`])
    const answered = { caller, attestation: body.attestation }
    const outcome = await finishPasskeyRegistration(deps, app, config, opened.claims, answered)
    switch (outcome.kind) {
      case 'registered':
        return { body: { credential: passkeyView(outcome.passkey), already_registered: !outcome.isNew } }
      case 'mismatch':
        return fail(invalid_challenge_token)
      case 'reused':
        return fail(token_reused)
      case 'insufficient_scope':
        return fail(insufficient_scope, missingScope)
      case 'ended':
        return fail(unauthorized)
      case 'too_many':
        return fail(passkey_registration_failed, { message: TOO_MANY })
      case 'refused':
        // One token takes any number of wrong answers.
        if (admit(deps, app, request.ip, 'failures'))
          deps.log.info(
            { app_id: app.id, user_id: caller.userId, cause: outcome.reason },
            'a passkey was not registered',
          )
        return fail(passkey_registration_failed)
    }
  },
})
