import assert from 'node:assert/strict'
import { PASSKEY_SCOPE } from '../../src/core/passkeys/registration.ts'
import { type Answer, type Client, grant } from '../builders.ts'
import { type AssertionLie, type AttestationLie, type AuthenticatorKind, authenticator } from './authenticator.ts'
import type { PasskeyApp } from './passkeys.ts'

export const LOGIN = '/v1/session/login/passkey'
export const PASSKEYS = '/v1/session/me/passkeys'
export const REGISTER = `${PASSKEYS}/register`

type Authenticator = ReturnType<typeof authenticator>

export const finishLogin = ({ app }: PasskeyApp, login_token: unknown, assertion: unknown, headers = {}) =>
  app.call(`${LOGIN}/finish`, { body: { login_token, assertion }, headers })

/** Begin a login as an SDK does. */
export async function beginLogin({ app }: PasskeyApp) {
  const answer = await app.call(`${LOGIN}/begin`, { body: {} })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}

/** What a login by an authenticator's passkey is answered. */
export async function loginBy(it: PasskeyApp, one: Authenticator, lie: AssertionLie = {}): Promise<Answer> {
  const { public_key, login_token } = await beginLogin(it)
  return await finishLogin(it, login_token, one.assert(public_key, lie))
}

/** Begin to register a passkey as an SDK does; the scope is granted before. */
export async function beginRegistration({ w, app }: PasskeyApp, client: Client, body: object = {}) {
  await grant(w, app, client, PASSKEY_SCOPE)
  const answer = await client.bearer(`${REGISTER}/begin`, { body: { username: 'ana@example.com', ...body } })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}

export const finishRegistration = (client: Client, registration_token: unknown, attestation: unknown) =>
  client.bearer(`${REGISTER}/finish`, { body: { registration_token, attestation } })

/** An authenticator whose passkey was registered over HTTP, and what was answered. */
export async function registeredBy(
  it: PasskeyApp,
  client: Client,
  kind: AuthenticatorKind = {},
  lie: AttestationLie = {},
) {
  const one = authenticator(kind)
  const { public_key, registration_token } = await beginRegistration(it, client)
  const answer = await finishRegistration(client, registration_token, one.register(public_key, lie))
  return { one, answer }
}
