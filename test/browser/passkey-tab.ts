import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { type TestApp, user } from '../builders.ts'
import { direct, step } from '../house/step-up.ts'
import type { World } from '../world.ts'
import type { StepUpAnswer } from './page.ts'
import { codeFor, configure, openCodeStage, signIn, stagedApp } from './stage.ts'
import { newContext, type Tab } from './tab.ts'

const EMAIL = 'ana@example.org'
const OWN = '/v1/session/me/passkeys'
const LOGIN = '/v1/session/login/passkey'

/** What a browser says of options, or the name of its error. */
type Ceremony = { kind: 'answered'; response: { id: string } } | { kind: 'refused'; error: string }

interface Asked {
  readonly method: 'startRegistration' | 'startAuthentication'
  readonly optionsJSON: object
  readonly useBrowserAutofill?: boolean
}

/** Runs in the page. */
async function ceremonyInPage({ method, ...options }: Asked): Promise<Ceremony> {
  const script = '/webauthn.js'
  const webauthn = await import(script)
  try {
    return { kind: 'answered', response: await webauthn[method]({ ...options, verifyBrowserAutofillInput: false }) }
  } catch (error) {
    return { kind: 'refused', error: (error as Error).name }
  }
}

/** Runs in the page: what it has to say to carry on a challenge by a passkey. */
async function proveInPage([path, token]: readonly [string, string]): Promise<string> {
  const script = '/proof.js'
  return (await import(script)).proveHolder(path, token)
}

const ceremony = (tab: Tab, asked: Asked) => tab.page.evaluate(ceremonyInPage, asked)

/** A page with the SDK whose user is signed in, of an application that takes passkeys. */
export async function passkeyTab(t: TestContext, change: object = {}) {
  const w = await openCodeStage('sqlite')
  const app = await stagedApp(w)
  const config = { rp_id: new URL(app.origin).hostname, rp_name: 'Bank', allowed_origins: [app.origin], ...change }
  const put = await app.manage('/config/passkey', { method: 'PUT', body: { login_enabled: true, ...config } })
  assert.equal(put.status, 200, JSON.stringify(put.body))
  const allowed_scopes = [
    direct('prld:passkey:write'),
    direct('transfer:write', { grant_mode: 'single-use', granted_for: 0, steps: [step('verify_passkey')] }),
  ]
  await configure(app, '/config/stepup', { jwks_url: 'https://bank.example/keys', step_keys: [], allowed_scopes })
  const userId = await user(w, app, { email: EMAIL })
  return { w, app, userId, tab: await signIn(w, app, await newContext(t), userId) }
}

async function send(tab: Tab, path: string, { method = 'POST', body = {}, headers = {} } = {}) {
  const json = { 'content-type': 'application/json' }
  const init =
    method === 'GET' ? { method, headers } : { method, headers: { ...json, ...headers }, body: JSON.stringify(body) }
  const { status, text } = await tab.fetch(path, init)
  return { status, body: text === '' ? {} : JSON.parse(text) }
}

async function bearer(tab: Tab): Promise<{ authorization: string }> {
  const { user } = await tab.sdk('refresh')
  return { authorization: `Bearer ${user.accessToken}` }
}

/** Call what the SDK has no method for, with its access token. */
export const call = async (tab: Tab, path: string, how: { method?: string; body?: object } = {}) =>
  await send(tab, path, { ...how, headers: await bearer(tab) })

export const ownPasskeys = async (tab: Tab) => (await call(tab, OWN, { method: 'GET' })).body.credentials

export const removePasskey = (tab: Tab, id: string) => call(tab, `${OWN}/${id}`, { method: 'DELETE' })

/** Earn the scope for it by a code, and register a passkey; or the name of the browser's error. */
export async function register(w: World, app: TestApp, tab: Tab): Promise<string> {
  await tab.sdk('requestStepUp', { scope: 'prld:passkey:write' })
  const [{ challengeId } = { challengeId: '' }] = await tab.told()
  await tab.sdk('otpCreate', { challengeId })
  await tab.sdk('otpCheck', challengeId, await codeFor(w, app, EMAIL))
  await tab.told()
  const { body } = await call(tab, `${OWN}/register/begin`, { body: { username: EMAIL } })
  const made = await ceremony(tab, { method: 'startRegistration', optionsJSON: body.public_key })
  if (made.kind === 'refused') return made.error
  const { registration_token } = body
  const finished = await call(tab, `${OWN}/register/finish`, {
    body: { registration_token, attestation: made.response },
  })
  assert.equal(finished.status, 200, JSON.stringify(finished.body))
  return finished.body.credential.credential_id
}

/** What a login is answered that the page begins and the browser's passkey ends; or the name of the browser's error. */
export async function loginAnswer(tab: Tab, useBrowserAutofill = false) {
  const { body } = await send(tab, `${LOGIN}/begin`)
  const shown = await ceremony(tab, { method: 'startAuthentication', optionsJSON: body.public_key, useBrowserAutofill })
  if (shown.kind === 'refused') return { status: 0, body: { error: shown.error } }
  return await send(tab, `${LOGIN}/finish`, { body: { login_token: body.login_token, assertion: shown.response } })
}

/** Log in by a passkey, and let the SDK open the session. */
export async function logIn(tab: Tab, useBrowserAutofill = false): Promise<void> {
  const answer = await loginAnswer(tab, useBrowserAutofill)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  await tab.storeVerifier('none was asked for: the SDK wants one all the same')
  await tab.sdk('finalizeOAuthLogin', answer.body.challenge_token)
}

/** Step up by a passkey as a page does: the SDK asks and takes the scope, the page does the step between. */
export async function stepUp(tab: Tab, scope: string): Promise<void> {
  type Answer = StepUpAnswer & { public_key_credential_request_options?: object }
  const answer: Answer = await tab.sdk('requestStepUp', { scope })
  const { challenge_token = '', public_key_credential_request_options: optionsJSON = {} } = answer
  const [{ challengeId } = { challengeId: '' }] = await tab.told()
  const shown = await ceremony(tab, { method: 'startAuthentication', optionsJSON })
  assert.ok(shown.kind === 'answered', JSON.stringify(shown))
  const path = '/v1/session/stepup/continue'
  const dpop = await tab.page.evaluate(proveInPage, [path, challenge_token] as const)
  const headers = { ...(await bearer(tab)), dpop }
  const done = await send(tab, path, { body: { challenge_token, passkey_assertion: shown.response }, headers })
  assert.equal(done.status, 200, JSON.stringify(done.body))
  await tab.sdk('invalidateCache')
  await tab.sdk('refresh', { challenge: { token: done.body.challenge_token, id: challengeId } })
}
