import { createHmac, createSign } from 'node:crypto'
import { exportPKCS8, importJWK } from 'jose'
import type { World } from '../world.ts'
import { type LyingKey, lyingKey, type ProofChange } from './dpop-key.ts'

/** What a proof is made from. */
export interface Scene {
  readonly w: World
  readonly key: LyingKey
  readonly url: string
  /** A nonce of the server, fresh. */
  readonly nonce: string
}
/** Makes the value of a DPoP header, or of two. */
export type Make = (scene: Scene) => Promise<string | string[]>

const lie =
  (change: ProofChange | ((scene: Scene) => ProofChange)): Make =>
  (scene) =>
    scene.key.lie(scene.url, typeof change === 'function' ? change(scene) : change)
const at = (url: (dialled: string) => string): Make => lie(({ url: dialled }) => ({ claims: { htu: url(dialled) } }))
const secondsFrom = (w: World, seconds: number) => Math.floor(w.deps.now() / 1000) + seconds
const nothing = async () => new Uint8Array()
const tampered = (bytes: Buffer) => bytes.fill((bytes[0] ?? 0) ^ 1, 0, 1)

/** A signature in DER, as OpenSSL writes it and JWS does not. RFC 7518 §3.4. */
async function derSignature(key: LyingKey, input: string) {
  const privateKey = await exportPKCS8((await importJWK(key.privateJwk, 'ES256', { extractable: true })) as CryptoKey)
  return createSign('sha256').update(input).sign(privateKey)
}

/** Proofs that do not hold, whoever sends them. RFC 9449 §4.3. */
export const INVALID: readonly (readonly [string, Make])[] = [
  ['two headers', async ({ key, url }) => [await key.lie(url), await key.lie(url)]],
  ['two proofs in one header', async ({ key, url }) => `${await key.lie(url)}, ${await key.lie(url)}`],
  ['an empty header', async () => ''],
  ['no JWT', async () => 'proof'],
  ['four parts', async ({ key, url }) => `${await key.lie(url)}.AAAA`],
  ['a private jwk', lie(({ key }) => ({ header: { jwk: key.privateJwk } }))],
  ['no jwk', lie({ header: { jwk: undefined } })],
  ['a jwk that is a text', lie(({ key }) => ({ header: { jwk: JSON.stringify(key.publicJwk) } }))],
  [
    'a jwk that is no point of its curve',
    lie(({ key }) => ({ header: { jwk: { ...key.publicJwk, y: key.publicJwk.x } } })),
  ],
  ['a kid instead of a jwk', lie(({ key }) => ({ header: { jwk: undefined, kid: key.thumbprint } }))],
  ['typ JWT', lie({ header: { typ: 'JWT' } })],
  ['typ at+jwt', lie({ header: { typ: 'at+jwt' } })],
  ['no typ', lie({ header: { typ: undefined } })],
  ['an extension it does not know', lie({ header: { crit: ['b64'], b64: false } })],
  ['alg none', lie({ header: { alg: 'none' }, sign: nothing })],
  ['alg none, signed', lie({ header: { alg: 'none' } })],
  [
    'alg HS256 by a key in the proof',
    lie({
      header: { alg: 'HS256', jwk: { kty: 'oct', k: 'c2VjcmV0' } },
      sign: async (input) => createHmac('sha256', 'secret').update(input).digest(),
    }),
  ],
  [
    'alg HS256 by the public key',
    lie(({ key }) => ({
      header: { alg: 'HS256' },
      sign: async (input) => createHmac('sha256', JSON.stringify(key.publicJwk)).update(input).digest(),
    })),
  ],
  ['alg RS256', async ({ w, url }) => (await lyingKey(w, 'RS256')).lie(url)],
  ['alg ES384', async ({ w, url }) => (await lyingKey(w, 'ES384')).lie(url)],
  ['alg EdDSA over a P-256 key', lie({ header: { alg: 'EdDSA' } })],
  ['no signature', lie({ sign: nothing })],
  [
    'a tampered signature',
    async ({ key, url }) => {
      const [header, claims, signature = ''] = (await key.lie(url)).split('.')
      return `${header}.${claims}.${tampered(Buffer.from(signature, 'base64url')).toString('base64url')}`
    },
  ],
  ['a signature in DER', lie(({ key }) => ({ sign: (input) => derSignature(key, input) }))],
  [
    'a signature by another key',
    async ({ w, key, url }) => (await lyingKey(w)).lie(url, { header: { jwk: key.publicJwk } }),
  ],
  ['htm GET', lie({ claims: { htm: 'GET' } })],
  ['htm in lower case', lie({ claims: { htm: 'post' } })],
  ['no htm', lie({ claims: { htm: undefined } })],
  ['htu of another call', at((url) => new URL('/v1/session/revoke', url).href)],
  ['htu of another host', at((url) => url.replace('.session.', '.evil.'))],
  ['htu of another application', at((url) => url.replace('//', '//other'))],
  ['htu over http', at((url) => url.replace('https:', 'http:'))],
  ['htu with another port', at((url) => url.replace('.test/', '.test:8443/'))],
  ['htu with a user', at((url) => url.replace('//', '//user@'))],
  ['htu with a slash behind', at((url) => `${url}/`)],
  ['htu in other letters', at((url) => url.replace('/session/', '/SESSION/'))],
  ['htu that is a path', at((url) => new URL(url).pathname)],
  ['no htu', lie({ claims: { htu: undefined } })],
  ['no iat', lie({ claims: { iat: undefined } })],
  ['iat as a text', lie(({ w }) => ({ claims: { iat: String(secondsFrom(w, 0)) } }))],
  ['a nonce that is a number', lie({ claims: { nonce: 7 } })],
  ['no jti', lie({ claims: { jti: undefined } })],
  ['an empty jti', lie({ claims: { jti: '' } })],
  ['a huge jti', lie({ claims: { jti: 'j'.repeat(257) } })],
  ['a huge claim besides', lie({ claims: { more: 'm'.repeat(4096) } })],
]

/** Proofs that hold but may be old: the client is to sign again with a nonce. RFC 9449 §8. */
export const NONCE_REQUIRED: readonly (readonly [string, Make])[] = [
  ['an iat of five minutes and a second ago', lie(({ w }) => ({ claims: { iat: secondsFrom(w, -301) } }))],
  ['an iat five minutes and a second ahead', lie(({ w }) => ({ claims: { iat: secondsFrom(w, 301) } }))],
  ['an iat in milliseconds', lie(({ w }) => ({ claims: { iat: w.deps.now() } }))],
  ['a forged nonce', lie({ claims: { nonce: 'A'.repeat(27) } })],
  ['a nonce of another kind', lie({ claims: { nonce: 'srv-nonce-1' } })],
  [
    'a nonce altered by one bit',
    lie(({ nonce }) => ({ claims: { nonce: tampered(Buffer.from(nonce, 'base64url')).toString('base64url') } })),
  ],
]

/** Proofs that hold. */
export const VALID: readonly (readonly [string, Make])[] = [
  ['nothing changed', lie({})],
  ['a query in htu', at((url) => `${url}?limit=1&b=%20`)],
  ['a fragment in htu', at((url) => `${url}#top`)],
  ['the host in capitals', at((url) => url.replace(new URL(url).host, (host) => host.toUpperCase()))],
  ['the scheme in capitals', at((url) => url.replace('https:', 'HTTPS:'))],
  ['the default port', at((url) => url.replace('.test/', '.test:443/'))],
  ['an iat of five minutes ago', lie(({ w }) => ({ claims: { iat: secondsFrom(w, -300) } }))],
  ['an iat five minutes ahead', lie(({ w }) => ({ claims: { iat: secondsFrom(w, 300) } }))],
  ['an iat with a fraction', lie(({ w }) => ({ claims: { iat: w.deps.now() / 1000 + 0.25 } }))],
  ['a nonce of the server', lie(({ nonce }) => ({ claims: { nonce } }))],
  ['a nonce of the server and a clock gone wild', lie(({ nonce }) => ({ claims: { nonce, iat: 1 } }))],
  ['a long jti', lie({ claims: { jti: 'j'.repeat(256) } })],
  ['claims and headers it does not know', lie({ claims: { ath: 'x', more: [] }, header: { kid: 'x' } })],
  [
    'a jwk with more about the key',
    lie(({ key }) => ({ header: { jwk: { ...key.publicJwk, use: 'sig', kid: 'x' } } })),
  ],
]
