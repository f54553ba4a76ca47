import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { features } from '../../src/features.ts'
import { nouns } from '../../src/nouns.ts'
import type { OutboundOutcome, OutboundRequest } from '../../src/platform/safe-fetch.ts'
import { type Answer, claimsOf, dpopKey, pkce, refreshTokenOf, type TestApp } from '../builders.ts'
import { selfSignedCertificate } from '../tls.ts'
import type { LegacyToken } from '../vectors/legacy/tokens.ts'
import type { World } from '../world.ts'
import { finalizeWith } from './tokens.ts'

export const MIGRATION = '/v1/session/migration'
/** Where the management API keeps the configuration. */
export const CONFIG = '/config/migration'
export const HOOK = 'https://legacy.example.com/session/validate'

/** Configure migration, by the hook unless told otherwise. */
export async function configure(app: TestApp, config: object = { session_validation_url: HOOK }): Promise<void> {
  const answer = await app.manage(CONFIG, { body: config })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
}

/** Allow scopes, so that a hook may give them. */
export async function allow(app: TestApp, ...scopes: readonly string[]): Promise<void> {
  for (const scope of scopes) assert.equal((await app.manage('/config/scopes', { body: { scope } })).status, 201)
}

/** What a server on the fake network answers. A text is sent as it is. */
export const answered = (body: unknown, status = 200): OutboundOutcome => ({
  kind: 'answered',
  status,
  headers: {},
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})

/** What a hook answers about somebody with this e-mail address, but for what the test changes. */
export const personOf = (externalId: string, email: string, rest: object = {}) => ({
  user: { external_id: externalId, identifiers: [{ type: 'email_address', value: email }], ...rest },
})

/** The hook knows whose session any token is: this. */
export const hookKnows = (w: World, json: object | ((request: OutboundRequest) => object)): void =>
  w.fakeNetwork(async (request) => answered(typeof json === 'function' ? json(request) : json))

/** POST a legacy session, one like no other unless told which. The verifier goes with the challenge that was sent. */
export async function migrate(
  app: TestApp,
  token = `legacy-session-${randomUUID()}`,
  headers: Record<string, string> = {},
): Promise<Answer & { verifier: string }> {
  const { verifier, challenge } = pkce()
  const answer = await app.call(MIGRATION, { body: { token, code_challenge: challenge }, headers })
  return { ...answer, verifier }
}

/** Exchange a legacy session for one of ours, as an SDK does. Fails when any step does. */
export async function moveOver(w: World, app: TestApp, token?: string) {
  const migrated = await migrate(app, token)
  assert.equal(migrated.status, 200, JSON.stringify(migrated.body))
  const key = await dpopKey(w)
  const answer = await finalizeWith(app, key, migrated.body.challenge_token, { verifier: migrated.verifier })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  const claims = claimsOf(answer.body.access_token)
  return { userId: String(claims.sub), claims, key, refreshToken: refreshTokenOf(answer) ?? '' }
}

/** A user as the management API shows it. */
export async function shown(app: TestApp, userId: string) {
  const answer = await app.manage(`/users/${userId}`)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body.user
}

/** The counters of a migration. */
export async function progressOf(app: TestApp) {
  const answer = await app.manage(`${CONFIG}/progress`)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body.progress
}

/** Every row of an application in every table that holds any, but for what counts and tells a failed migration. */
const NOT_OF_USERS = ['migration_failures', 'rollups', 'refusal_samples', 'audit_rows', 'audit_heads']

export async function rowsOf(w: World, app: TestApp): Promise<Record<string, object[]>> {
  const tables = new Set([...nouns, ...features].flatMap((part) => part.tables ?? []).map(([table]) => table))
  for (const table of NOT_OF_USERS) tables.delete(table)
  const found: Record<string, object[]> = {}
  for (const table of [...tables].sort()) {
    const rows = await w.deps.db
      .withTables<Record<string, Record<string, string>>>()
      .selectFrom(table)
      .selectAll()
      .where('app_id', '=', app.id)
      .execute()
    // PostgreSQL promises no order, and keeps none when it plans anew.
    found[table] = rows
      .filter((row) => row.type !== 'migration.hook_failed')
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  return found
}

/** A legacy system on this machine that speaks TLS with a certificate nobody trusts but who is told to. */
export async function legacyServer(listener: RequestListener) {
  const { key, cert } = await selfSignedCertificate()
  const server = createServer({ key, cert }, listener)
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { origin: `https://localhost:${port}`, port, certificate: cert, connections: () => connections }
}

/** What an issuer may sign with, as far as jose does. */
export const ALGORITHMS: readonly string[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]

/** A key of a legacy issuer, as it signs and as it is published. */
export interface IssuerKey {
  readonly jwk: JWK
  sign(claims: object, header?: object): Promise<string>
}

export async function issuerKey(alg: string, kid = `${alg}-1`): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg)
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    sign: (claims, header = {}) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, typ: 'JWT', ...header }).sign(privateKey),
  }
}

/** The configuration that reads a token of this kind. */
export const configOf = ({ preset, issuer, audience, jwks }: LegacyToken, rest: object = {}) => ({
  mode: 'jwt',
  preset,
  issuer,
  ...(audience !== undefined && { audience }),
  ...(preset === 'custom' && { jwks_url: jwks }),
  ...rest,
})

/** Publish the keys of an issuer at this URL, and nothing anywhere else. */
export const publish = (w: World, url: string, ...keys: readonly IssuerKey[]): void =>
  w.fakeNetwork(async (request) =>
    request.url === url && request.method === 'GET'
      ? answered({ keys: keys.map(({ jwk }) => jwk) })
      : { kind: 'failed', reason: 'network' },
  )
