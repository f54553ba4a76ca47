import assert from 'node:assert/strict'
import { createHmac, createSign } from 'node:crypto'
import { test } from 'node:test'
import { exportPKCS8, importJWK } from 'jose'
import type { Family } from '../../src/platform/failure.ts'
import { type Answer, application, challengeToken, FINALIZE, REFRESH, refreshTokenOf, user } from '../builders.ts'
import type { World } from '../world.ts'
import { assertRefused } from './answers.ts'
import { type LyingKey, lyingKey, type ProofChange } from './dpop-key.ts'
import { sessionCount, sessionRow } from './rows.ts'
import { stages } from './stages.ts'
import { finalizeWith, postProven } from './tokens.ts'

interface Scene {
  readonly w: World
  readonly key: LyingKey
  readonly url: string
  /** A nonce of the server, fresh. */
  readonly nonce: string
}
type Make = (scene: Scene) => Promise<string | string[]>

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

const INVALID: readonly (readonly [string, Make])[] = [
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

const NONCE_REQUIRED: readonly (readonly [string, Make])[] = [
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

const VALID: readonly (readonly [string, Make])[] = [
  ['nothing changed', lie({})],
  ['a query in htu', at((url) => `${url}?limit=1&b=%20`)],
  ['a fragment in htu', at((url) => `${url}#top`)],
  ['the host in capitals', at((url) => url.replace(new URL(url).host, (host) => host.toUpperCase()))],
  ['the scheme in capitals', at((url) => url.replace('https:', 'HTTPS:'))],
  ['the default port', at((url) => url.replace('.test/', '.test:443/'))],
  ['an iat of five minutes ago', lie(({ w }) => ({ claims: { iat: secondsFrom(w, -300) } }))],
  ['an iat five minutes ahead', lie(({ w }) => ({ claims: { iat: secondsFrom(w, 300) } }))],
  ['an iat with a fraction', lie(({ w }) => ({ claims: { iat: w.deps.now() / 1000 } }))],
  ['a nonce of the server', lie(({ nonce }) => ({ claims: { nonce } }))],
  ['a nonce of the server and a clock gone wild', lie(({ nonce }) => ({ claims: { nonce, iat: 1 } }))],
  ['a long jti', lie({ claims: { jti: 'j'.repeat(256) } })],
  ['claims and headers it does not know', lie({ claims: { ath: 'x', more: [] }, header: { kid: 'x' } })],
  [
    'a jwk with more about the key',
    lie(({ key }) => ({ header: { jwk: { ...key.publicJwk, use: 'sig', kid: 'x' } } })),
  ],
]

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  /** What a call came to: its answer, and whether it used something up. */
  interface Attempt {
    send(dpop: string | string[]): Promise<Answer>
    assertUnspent(): Promise<void>
  }
  const calls: Record<string, (key: LyingKey) => Promise<Attempt & { nonce: string }>> = {
    async [FINALIZE](key) {
      const userId = await user(w, app)
      const token = await challengeToken(w, app, userId)
      const another = await finalizeWith(app, key, await challengeToken(w, app, await user(w, app)))
      return {
        nonce: another.headers.get('dpop-nonce') ?? '',
        send: (dpop) => app.call(FINALIZE, { body: { challenge_token: token }, headers: { dpop } }),
        assertUnspent: async () => assert.equal(await sessionCount(w, app, userId), 0),
      }
    },
    async [REFRESH](key) {
      const login = await finalizeWith(app, key, await challengeToken(w, app, await user(w, app)))
      const refreshToken = refreshTokenOf(login) ?? ''
      const { sid } = JSON.parse(Buffer.from(login.body.access_token.split('.')[1], 'base64url').toString())
      return {
        nonce: login.headers.get('dpop-nonce') ?? '',
        send: (dpop) => app.call(REFRESH, { method: 'POST', headers: { dpop, 'x-refresh-token': refreshToken } }),
        assertUnspent: async () => assert.equal((await sessionRow(w, app, sid)).counter, 0),
      }
    },
  }

  for (const [path, begin] of Object.entries(calls)) {
    const url = `${app.origin}${path}`
    const scene = async () => {
      const key = await lyingKey(w)
      const call = await begin(key)
      return { call, scene: { w, key, url, nonce: call.nonce } }
    }

    const refusals: readonly (readonly [readonly (readonly [string, Make])[], string, Family])[] = [
      [INVALID, 'invalid_dpop_proof', 'unauthorized'],
      [NONCE_REQUIRED, 'use_dpop_nonce', 'bad_request'],
    ]
    for (const [cases, code, family] of refusals) {
      for (const [what, make] of cases) {
        test(`${engine}: ${path} answers ${what} with ${code}, and nothing is used up`, async () => {
          const { call, scene: made } = await scene()
          const answer = await call.send(await make(made))
          assertRefused(answer, code, family)
          await call.assertUnspent()
          const nonce = answer.headers.get('dpop-nonce')
          assert.equal(nonce === null, code !== 'use_dpop_nonce')
          const again = await call.send(await made.key.lie(url, { claims: nonce ? { nonce, iat: 1 } : {} }))
          assert.equal(again.status, 200)
        })
      }
    }

    for (const [what, make] of VALID) {
      test(`${engine}: ${path} takes a proof with ${what}`, async () => {
        const { call, scene: made } = await scene()
        assert.equal((await call.send(await make(made))).status, 200)
      })
    }

    test(`${engine}: ${path} takes a nonce for five minutes at least and ten at most`, async () => {
      const { call, scene: made } = await scene()
      const nonce = made.nonce
      w.advance(600_000)
      const wild = () => made.key.lie(url, { claims: { nonce, iat: 1 } })
      const right = () => made.key.lie(url, { claims: { nonce } })
      assertRefused(await call.send(await wild()), 'use_dpop_nonce', 'bad_request')
      const { call: second, scene: then } = await scene()
      w.advance(300_000)
      const proof = await then.key.lie(url, { claims: { nonce: then.nonce, iat: 1 } })
      assert.equal((await second.send(proof)).status, 200)
      if (path === REFRESH) assert.equal((await call.send(await right())).status, 200)
    })

    test(`${engine}: ${path} takes the same proof again, as browsers send it after a dropped connection`, async () => {
      const { call, scene: made } = await scene()
      const proof = await made.key.lie(url)
      const first = await call.send(proof)
      const second = await call.send(proof)
      assert.deepEqual([first.status, second.status], [200, 200])
      assert.equal(refreshTokenOf(second), refreshTokenOf(first))
    })
  }

  test(`${engine}: a good proof by another key does not spend the refresh token`, async () => {
    const key = await lyingKey(w)
    const login = await finalizeWith(app, key, await challengeToken(w, app, await user(w, app)))
    const headers = { 'x-refresh-token': refreshTokenOf(login) ?? '' }
    const answer = await postProven(app, REFRESH, await lyingKey(w), { headers })
    assertRefused(answer, 'dpop_key_mismatch', 'unauthorized')
    assert.equal((await postProven(app, REFRESH, key, { headers })).status, 200)
  })

  test(`${engine}: a proof for any origin of the application holds, whichever host it was sent to`, async () => {
    const shop = await application(w, { publicOrigins: ['https://id.shop.example', 'http://localhost:3000'] })
    for (const origin of [
      shop.origin,
      'https://id.shop.example',
      'https://ID.shop.example:443',
      'http://localhost:3000',
    ]) {
      const key = await lyingKey(w)
      const body = { challenge_token: await challengeToken(w, shop, await user(w, shop)) }
      const dpop = await key.lie(`${origin}${FINALIZE}`)
      assert.equal((await shop.call(FINALIZE, { body, headers: { dpop } })).status, 200)
    }
  })
}
