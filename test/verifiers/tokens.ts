import { createHmac } from 'node:crypto'
import { decodeProtectedHeader, exportJWK, exportSPKI, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { application, challengeToken, claimsOf, login, REFRESH, type TestApp, user } from '../builders.ts'
import type { World } from '../world.ts'
import type { Algorithm } from './stage.ts'

type Tokens = Readonly<Record<string, string>>

/** Tokens that this server signed, and not for the API: by its settings of another moment, for another application, or of another kind. */
export async function foreignTokens(w: World, app: TestApp, sessions: object, userId: string): Promise<Tokens> {
  const client = await login(w, app, userId)
  const claims = claimsOf(client.accessToken)
  const under = async (change: object) => {
    await app.manage('/settings', { method: 'PATCH', body: { settings: { sessions: change } } })
    await client.post(REFRESH)
    await app.manage('/settings', { method: 'PATCH', body: { settings: { sessions: { issuer: null, ...sessions } } } })
    return client.accessToken
  }
  const other = await application(w, { settings: { sessions: { ...sessions, issuer: app.origin } } })
  return {
    'for another API': await under({ audience: 'https://other.example' }),
    'without an audience': await under({ audience: null }),
    'of another issuer': await under({ issuer: 'https://id.evil.example' }),
    'of the bare host': await under({ issuer_form: 'host' }),
    'of another application': (await login(w, other, await user(w, other, { scopes: ['orders:read'] }))).accessToken,
    'a challenge token': await challengeToken(w, app, userId),
    'minted in development': await mint(app, claims),
  }
}

/** One that says what an access token does, and is none by its type alone. */
const mint = async (app: TestApp, claims: object): Promise<string> =>
  (await app.manage('/tokens', { body: { claims } })).body.token

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** What somebody makes of a good token who has no key of the application's. RFC 8725 §2.1, §3.1. */
export async function forgeries(app: TestApp, good: string, alg: Algorithm): Promise<Tokens> {
  const header = decodeProtectedHeader(good)
  const [, payload = '', signature] = good.split('.')
  const { keys } = (await app.call('/.well-known/jwks.json')).body as { keys: JWK[] }
  const published = keys.find(({ kid }) => kid === header.kid) as JWK
  const pem = await exportSPKI((await importJWK(published, alg)) as CryptoKey)
  const hmac = (secret: string) => {
    const signed = `${encode({ ...header, alg: 'HS256' })}.${payload}`
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
  }
  const own = await generateKeyPair(alg, { extractable: true })
  const by = (more: object) =>
    new SignJWT(claimsOf(good)).setProtectedHeader({ ...header, alg, ...more }).sign(own.privateKey)
  return {
    'without a signature': `${encode({ ...header, alg: 'none' })}.${payload}.`,
    'HS256 by the public key': hmac(pem),
    'HS256 by the public key without its last line break': hmac(pem.trim()),
    'HS256 by the published JWK': hmac(JSON.stringify(published)),
    'with more scope': `${encode(header)}.${encode({ ...claimsOf(good), scope: 'admin' })}.${signature}`,
    'by another key of the same name': await by({}),
    'with its key in its header': await by({ kid: undefined, jwk: await exportJWK(own.publicKey) }),
    'by an unknown key': await by({ kid: 'unknown' }),
    'no token': 'nonsense',
  }
}
