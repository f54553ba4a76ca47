import assert from 'node:assert/strict'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { listMail } from '../../src/core/messages/store.ts'
import type { OutboundOutcome, OutboundRequest } from '../../src/platform/safe-fetch.ts'
import { type Answer, type Client, claimsOf, REFRESH, type TestApp } from '../builders.ts'
import type { World } from '../world.ts'

export const REQUEST = '/v1/session/stepup/request'
export const CONTINUE = '/v1/session/stepup/continue'
export const OTP = '/v1/session/otp'
export const CHECK = '/v1/session/otp/check'
/** Where the management API keeps the configuration. */
export const CONFIG = '/config/stepup'
export const JWKS = 'https://bank.example.com/jwks.json'
export const HOOK = 'https://bank.example.com/step-up'

/** How the SDKs name themselves. */
export const SDK = {
  web: { 'x-sdk-user-agent': 'Prelude/0.6.0 Core/0.2.0 (Web)', 'user-agent': 'Mozilla/5.0' },
  android: { 'user-agent': 'okhttp/5.0.0-alpha.14' },
  ios: { 'user-agent': 'Prelude/0.7.0 (Apple; iOS 17.4.1)' },
} as const

export type Sdk = keyof typeof SDK

/** A step as a configuration or a hook names it. */
export const step = (key: string, order = 1, seconds = 300) => ({ order, key, expiration_duration: seconds })

/** The terms of a scope after one code by e-mail, but for what the test changes. */
export const termsOf = (change: object = {}) => ({
  status: 'review',
  grant_mode: 'session-bound',
  granted_for: 300,
  steps: [step('verify_email')],
  ...change,
})

/** A scope that the configuration itself grants. */
export const direct = (scope: string, change: object = {}) => ({
  scope,
  mode: 'direct',
  direct: { identifier_types: ['email_address', 'phone_number'], ...termsOf(change) },
})

export const delegated = (scope: string, hook = HOOK) => ({
  scope,
  mode: 'delegated',
  delegated: { delegation_hook: hook },
})

export const managed = (scope: string) => ({ scope, mode: 'managed' })

/** A configuration with one step of the application’s own, `approve`. */
export const configOf = (scopes: readonly object[], change: object = {}) => ({
  jwks_url: JWKS,
  step_keys: [{ key: 'approve', description: 'The user approves the transfer in the app of the bank.' }],
  allowed_scopes: scopes,
  ...change,
})

/** Configure step-up for these scopes. */
export const configure = (app: TestApp, ...scopes: readonly object[]): Promise<void> =>
  configureWith(app, configOf(scopes))

export async function configureWith(app: TestApp, config: object): Promise<void> {
  const answer = await app.manage(CONFIG, { body: config })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
}

/** What a client sends beside the body as an SDK: bearer, and the proof that mobile SDKs add. */
export async function headersOf(app: TestApp, client: Client, sdk: Sdk): Promise<Record<string, string>> {
  const dpop = sdk === 'web' ? undefined : await client.key?.proof(`${app.origin}${REQUEST}`)
  return { ...SDK[sdk], ...(dpop && { dpop }) }
}

/** Ask for a scope. */
export async function requestScope(
  app: TestApp,
  client: Client,
  scope: string,
  { sdk = 'web', metadata }: { sdk?: Sdk; metadata?: unknown } = {},
): Promise<Answer> {
  const headers = await headersOf(app, client, sdk)
  return await client.bearer(REQUEST, { method: 'POST', body: { scope, metadata }, headers })
}

/** Ask for a scope that takes steps: the first challenge token. */
export async function challenged(
  app: TestApp,
  client: Client,
  scope: string,
  how: { sdk?: Sdk; metadata?: unknown } = {},
): Promise<string> {
  const answer = await requestScope(app, client, scope, how)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  assert.ok(answer.body.challenge_token, JSON.stringify(answer.body))
  return answer.body.challenge_token
}

/** A proof that repeats the `jti` of a challenge token, as a header; none for a client without a key. */
export async function boundProof(app: TestApp, client: Client, path: string, token: string) {
  const dpop = await client.key?.proof(`${app.origin}${path}`, { claims: { jti: claimsOf(token).jti } })
  return dpop ? { dpop } : {}
}

/** Have a code sent for the current step, and read it; a millisecond after the one before, so that it is the newest. */
export async function sendCode(w: World, app: TestApp, token: string): Promise<{ code: string; recipient: string }> {
  w.advance(1)
  const answer = await app.call(OTP, { body: { challenge_token: token } })
  assert.equal(answer.status, 204, JSON.stringify(answer.body))
  await w.drain()
  return await readCode(w, app)
}

/** The newest code in the mailbox, and whom it was sent to. */
export async function readCode(w: World, app: TestApp): Promise<{ code: string; recipient: string }> {
  const mail = (await listMail(w.deps.db, app.id, 20)).find(({ text }) => /\b\d{6}\b/.test(text))
  const code = /\b\d{6}\b/.exec(mail?.text ?? '')?.[0]
  assert.ok(mail && code, 'no code arrived')
  return { code, recipient: mail.recipient }
}

export async function checkCode(app: TestApp, client: Client, token: string, code: string): Promise<Answer> {
  const headers = await boundProof(app, client, CHECK, token)
  return await app.call(CHECK, { body: { code, challenge_token: token }, headers })
}

/** Do the current step by code: the next challenge token. */
export async function doCodeStep(w: World, app: TestApp, client: Client, token: string): Promise<string> {
  const { code } = await sendCode(w, app, token)
  const answer = await checkCode(app, client, token, code)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body.challenge_token
}

/** Refresh with a step-up token. */
export const refreshWith = (client: Client, token: string): Promise<Answer> =>
  client.post(REFRESH, { body: { step_up_token: token } })

/** The scopes that a client’s access token carries. */
export const scopesOf = (client: Client): string[] =>
  String(claimsOf(client.accessToken).scope ?? '')
    .split(' ')
    .filter(Boolean)

/** The backend of an application that does steps of its own. */
export interface Bank {
  /** Says that the current step of a challenge is completed, but for what the test changes; undefined leaves a claim out. */
  sign(
    token: string,
    claims?: Record<string, unknown>,
    header?: { kid?: string | undefined; alg?: string },
  ): Promise<string>
  readonly jwks: { keys: object[] }
  /** Where it publishes its keys: a place of its own, for what is known of a place is remembered. */
  readonly jwksUrl: string
}

let banks = 0

export async function bank(w: World, alg: 'RS256' | 'PS256' | 'ES256' = 'RS256'): Promise<Bank> {
  const { publicKey, privateKey } = await generateKeyPair(alg)
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  return {
    jwksUrl: `https://bank-${++banks}.example.com/jwks.json`,
    jwks: { keys: [{ ...jwk, kid, use: 'sig', alg }] },
    async sign(token, claims = {}, header = {}) {
      const { sub, challenge_id, current_step } = claimsOf(token)
      const now = Math.floor(w.deps.now() / 1000)
      const payload = {
        sub,
        iat: now,
        nbf: now,
        exp: now + 60,
        jti: crypto.randomUUID(),
        challenge_id,
        key: current_step,
        status: 'completed',
        ...claims,
      }
      return await new SignJWT(payload as JWTPayload)
        .setProtectedHeader({ alg, kid, ...header } as { alg: string })
        .sign(privateKey)
    },
  }
}

const answered = (body: unknown, status = 200): OutboundOutcome => ({
  kind: 'answered',
  status,
  headers: {},
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})

interface Outside {
  readonly jwks?: object
  readonly jwksUrl?: string
  readonly hook?: (request: OutboundRequest) => { body: unknown; status?: number } | undefined
}

/** The world outside: the bank’s keys, and a hook that answers this; undefined is not to be reached. */
export function outside(w: World, { jwks, jwksUrl = JWKS, hook }: Outside): void {
  w.fakeNetwork(async (request) => {
    if (request.url === jwksUrl && jwks) return answered(jwks)
    const answer = request.url === HOOK ? hook?.(request) : undefined
    return answer ? answered(answer.body, answer.status) : { kind: 'failed', reason: 'network' }
  })
}

/** Complete the current step by what an authenticator answered. */
export async function continueByPasskey(
  app: TestApp,
  client: Client,
  token: string,
  passkey_assertion: object,
  headers: Record<string, string> = { authorization: `Bearer ${client.accessToken}` },
): Promise<Answer> {
  const body = { challenge_token: token, passkey_assertion }
  return await app.call(CONTINUE, {
    body,
    headers: { ...(await boundProof(app, client, CONTINUE, token)), ...headers },
  })
}

/** Complete the current step by a verification token, with the bearer that the web and Apple SDKs send, unless told otherwise. */
export async function continueWith(
  app: TestApp,
  client: Client,
  token: string,
  verificationToken: string,
  headers: Record<string, string> = { authorization: `Bearer ${client.accessToken}` },
): Promise<Answer> {
  const body = { challenge_token: token, verification_token: verificationToken }
  return await app.call(CONTINUE, {
    body,
    headers: { ...(await boundProof(app, client, CONTINUE, token)), ...headers },
  })
}
