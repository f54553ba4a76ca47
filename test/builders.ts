import { createHash, randomBytes } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { insertApiKey } from '../src/core/applications/api-keys.ts'
import type { Application } from '../src/core/applications/application.ts'
import { createApplication } from '../src/core/applications/create.ts'
import { directory } from '../src/core/applications/directory.ts'
import { type KeyLimits, UNLIMITED } from '../src/core/applications/key-limits.ts'
import { keyOf, newApiKey } from '../src/core/applications/make-key.ts'
import { type ApplicationChange, swapApplication } from '../src/core/applications/store.ts'
import { issueLoginChallenge } from '../src/core/challenges/challenge-token.ts'
import { insertGrants } from '../src/core/grants/store.ts'
import { listMail } from '../src/core/messages/store.ts'
import { generateInitialKeys } from '../src/core/signing-keys/keyring.ts'
import { createUser } from '../src/core/users/create.ts'
import { generateKeyPair as newKeyPair } from '../src/crypto/jwk.ts'
import { newId } from '../src/platform/ids.ts'
import { rsaKeyPair } from './rsa.ts'
import { type Answer, type Call, send } from './send.ts'
import type { World } from './world.ts'

export { type Answer, type Call, send }

/** An application of this test's own. */
export interface TestApp {
  readonly id: string
  /** Host its clients dial. */
  readonly host: string
  readonly origin: string
  readonly managementKey: string
  /** Call the frontend API. */
  call(path: string, call?: Call): Promise<Answer>
  /** Call the management API with the application's key; `path` is relative to the application. */
  manage(path: string, call?: Call): Promise<Answer>
  /** The same with an instance key. */
  operate(path: string, call?: Call): Promise<Answer>
}

function manageWith(world: World, appId: string, key: string, path: string, call: Call): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}`, ...call.headers }
  return send(world, `/v2/session/apps/${appId}${path}`, { ...call, headers })
}

let made = 0

export async function application(world: World, change: ApplicationChange = {}): Promise<TestApp> {
  const { deps } = world
  const id = `app${++made}`
  const key = newApiKey(deps, 'dev')
  const signingKeys = await generateInitialKeys(deps, id, (alg) => (alg === 'PS256' ? rsaKeyPair() : newKeyPair(alg)))
  const firstKey = { ...UNLIMITED, createdBy: 'test', hash: key.hash }
  await deps.transact(async (tx) => {
    await createApplication(tx, deps, { id, name: id, mode: 'dev', signingKeys, firstKey })
    await swapApplication(tx, id, 1, change)
  })
  const host = `${id}.${deps.config.baseDomain}`
  return {
    id,
    host,
    origin: `https://${host}`,
    managementKey: key.secret,
    call: (path, call = {}) => send(world, path, { ...call, headers: { host, ...call.headers } }),
    manage: (path, call = {}) => manageWith(world, id, key.secret, path, call),
    operate: async (path, call = {}) => manageWith(world, id, await instanceKey(world), path, call),
  }
}

/** A management key of the whole instance. */
export const instanceKey = (world: World): Promise<string> => apiKey(world, '')

/** A management key within limits: none but those that are said. */
export async function apiKey(world: World, appId: string, limits: Partial<KeyLimits> = {}): Promise<string> {
  const { deps } = world
  const { secret, hash } = newApiKey(deps, 'dev')
  const key = keyOf(deps, { ...UNLIMITED, ...limits, appId, name: 'test', createdBy: 'test', hash })
  await deps.transact((tx) => insertApiKey(tx, key))
  return secret
}

export async function applicationRecord(world: World, app: TestApp): Promise<Application> {
  const found = await directory(world.deps).find(app.id)
  if (!found) throw new Error(`no application ${app.id}`)
  return found
}

/** A client's DPoP key; proofs are made by jose, not by our own code. */
export interface DpopKey {
  readonly thumbprint: string
  proof(
    url: string,
    overrides?: { method?: string; claims?: Record<string, unknown>; header?: Record<string, unknown> },
  ): Promise<string>
}

export async function dpopKey(world: World, alg: 'ES256' | 'EdDSA' = 'ES256'): Promise<DpopKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg)
  const jwk = await exportJWK(publicKey)
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    proof(url, { method = 'POST', claims = {}, header = {} } = {}) {
      const iat = Math.floor(world.deps.now() / 1000)
      const payload = { jti: randomBytes(16).toString('hex'), htm: method, htu: url, iat, ...claims }
      return new SignJWT(payload).setProtectedHeader({ typ: 'dpop+jwt', alg, jwk, ...header }).sign(privateKey)
    },
  }
}

export async function user(
  world: World,
  app: TestApp,
  person: {
    email?: string
    phone?: string
    externalId?: string
    scopes?: string[]
    profile?: Record<string, unknown>
  } = {},
): Promise<string> {
  const { deps } = world
  const id = newId('usr', deps)
  const identifiers = [
    ...(person.email ? [{ type: 'email_address' as const, value: person.email, verified: true }] : []),
    ...(person.phone ? [{ type: 'phone_number' as const, value: person.phone, verified: true }] : []),
  ]
  const { externalId, scopes, profile } = person
  const kind = await deps.transact((tx) =>
    createUser(tx, deps, app.id, { id, externalId, scopes, profile, identifiers, source: 'test', migrated: false }),
  )
  if (kind !== 'created') throw new Error(`user was not created: ${kind}`)
  return id
}

/** PKCE: a verifier and its S256 challenge. */
export function pkce() {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** A challenge token as a way in would issue it. */
export async function challengeToken(
  world: World,
  app: TestApp,
  userId: string,
  codeChallenge?: string,
): Promise<string> {
  const record = await applicationRecord(world, app)
  return await issueLoginChallenge(world.deps, record, { userId, amr: ['test'], codeChallenge })
}

export const FINALIZE = '/v1/session/login/finalize'
export const REFRESH = '/v1/session/refresh'
export const REVOKE = '/v1/session/revoke'

/** A signed-in client that keeps its tokens as an SDK does. */
export interface Client {
  readonly userId: string
  readonly sessionId: string
  readonly key: DpopKey | undefined
  accessToken: string
  refreshToken: string
  /** POST with proof or cookie, keeping the refresh token that comes back. */
  post(path: string, call?: Call): Promise<Answer>
  /** Call with the access token. */
  bearer(path: string, call?: Call): Promise<Answer>
}

/** The same application, called through another process. */
export const through = (w: World, app: TestApp): TestApp => ({
  ...app,
  call: (path, call = {}) => send(w, path, { ...call, headers: { host: app.host, ...call.headers } }),
})

/** A client that is not signed in yet; without a key it has cookies. */
export function newClient(app: TestApp, userId: string, key: DpopKey | undefined): Client {
  const client: Client = {
    userId,
    sessionId: '',
    key,
    accessToken: '',
    refreshToken: '',
    async post(path, call = {}) {
      const headers = { ...(await credentials(app, client, path)), ...call.headers }
      const answer = await app.call(path, { ...call, method: 'POST', headers })
      client.refreshToken = refreshTokenOf(answer) ?? client.refreshToken
      if (answer.body?.access_token) client.accessToken = answer.body.access_token
      return answer
    },
    bearer: (path, call = {}) =>
      app.call(path, { ...call, headers: { authorization: `Bearer ${client.accessToken}`, ...call.headers } }),
  }
  return client
}

/** Log a user in over HTTP. `carrier` cookie means: no DPoP key. */
export async function login(
  world: World,
  app: TestApp,
  userId: string,
  carrier: 'header' | 'cookie' = 'header',
): Promise<Client> {
  const client = newClient(app, userId, carrier === 'header' ? await dpopKey(world) : undefined)
  const { verifier, challenge } = pkce()
  const challenge_token = await challengeToken(world, app, userId, challenge)
  const answer = await client.post(FINALIZE, { body: { challenge_token, code_verifier: verifier } })
  if (answer.status !== 200) throw new Error(`login answered ${answer.status} ${JSON.stringify(answer.body)}`)
  return Object.assign(client, { sessionId: claimsOf(client.accessToken).sid as string })
}

/** The headers a client sends to `path` now: its refresh token, with a proof or as a cookie. */
export async function credentials(app: TestApp, client: Client, path: string): Promise<Record<string, string>> {
  const token = client.refreshToken
  if (!client.key) return token ? { cookie: `__Host-refresh_${app.id}=${token}` } : {}
  const dpop = await client.key.proof(`${app.origin}${path}`)
  return token ? { dpop, 'x-refresh-token': token } : { dpop }
}

/** The refresh token in an answer, from either carrier; an emptied cookie is an empty text. */
export function refreshTokenOf(answer: Answer): string | undefined {
  const cookie = answer.headers.getSetCookie().findLast((line) => line.startsWith('__Host-refresh_'))
  return answer.headers.get('x-refresh-token') ?? cookie?.match(/=([^;]*)/)?.[1]
}

/** The claims of a JWT, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

/** Grant a scope to a session, for every token of it, and refresh so that the client carries it. */
export async function grant(world: World, app: TestApp, client: Client, scope: string): Promise<void> {
  const { deps } = world
  const row = { app_id: app.id, user_id: client.userId, session_id: client.sessionId, jti: '', scope }
  await deps.transact((tx) => insertGrants(tx, deps, [{ ...row, expires_at: deps.now() + 600_000 }]))
  await client.post(REFRESH)
}

/** The codes that left for an address or number, newest first. A millisecond passes, so that the next is newer. */
export async function sentCodes(world: World, app: TestApp, recipient: string): Promise<string[]> {
  await world.drain()
  world.advance(1)
  const mail = await listMail(world.deps.db, app.id, 1000)
  return mail.flatMap((one) => (one.recipient === recipient ? (one.text.match(/\b\d{4,8}\b/)?.[0] ?? []) : []))
}

/** The code that left last. */
export async function sentCode(world: World, app: TestApp, recipient: string): Promise<string> {
  const [code] = await sentCodes(world, app, recipient)
  if (code === undefined) throw new Error('no code was sent')
  return code
}
