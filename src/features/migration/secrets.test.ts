import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { SignJWT } from 'jose'
import { application, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { CONFIG, configOf, configure, issuerKey, migrate, moveOver, publish } from '../../../test/house/legacy.ts'
import { assertInvalid } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { custom, supabase } from '../../../test/vectors/legacy/tokens.ts'
import { fusionauth } from '../../../test/vectors/legacy/vendors.ts'

const SECRET = 'text-that-a-vendor-calls-a-secret, 42 bytes'
const BYTES = Buffer.alloc(32, 'b')
const rsa = await issuerKey('RS256', 'rsa')

const mac = (alg: string, secret: string | Uint8Array, claims: object = custom.claims) =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg, typ: 'JWT' })
    .sign(typeof secret === 'string' ? Buffer.from(secret) : secret)

const config = (rest: object) => configOf(custom, { jwks_url: undefined, ...rest })
const assertNotTaken = async (app: TestApp, token: string) =>
  assertRefused(await migrate(app, token), 'bad_request', 'bad_request')

for (const { engine, w } of await stages()) {
  test(`${engine}: tokens are verified by the secret that they are signed with, and nobody ever sees it again`, async () => {
    const app = await application(w)
    await configure(app, config({ secret: SECRET }))
    for (const alg of ['HS256', 'HS384', 'HS512'])
      assert.equal((await migrate(app, await mac(alg, SECRET))).status, 200)
    await assertNotTaken(app, await mac('HS256', `${SECRET}.`))
    await assertNotTaken(app, await rsa.sign(custom.claims))
    const shown = JSON.stringify((await app.manage(CONFIG)).body)
    assert.ok(!/secret|sealed/.test(shown), shown)
    assert.ok(!w.log.join('').includes(SECRET))
  })

  test(`${engine}: a vendor’s tokens come over by its secret: FusionAuth`, async () => {
    const app = await application(w)
    await configure(app, { mode: 'jwt', ...fusionauth.config })
    const token = await mac('HS256', String(fusionauth.config.secret), fusionauth.claims)
    assert.deepEqual((await moveOver(w, app, token)).claims.amr, ['legacy'])
  })

  test(`${engine}: a secret may be bytes in base64`, async () => {
    const app = await application(w)
    await configure(app, config({ secret: BYTES.toString('base64url'), secret_encoding: 'base64' }))
    assert.equal((await migrate(app, await mac('HS256', BYTES))).status, 200)
    await assertNotTaken(app, await mac('HS256', BYTES.toString('base64url')))
  })

  test(`${engine}: beside published keys, each verifies its own kind and nothing else`, async () => {
    const app = await application(w)
    await configure(app, configOf({ ...supabase, alg: 'RS256' }, { secret: SECRET }))
    publish(w, supabase.jwks, rsa)
    assert.equal((await migrate(app, await rsa.sign(supabase.claims))).status, 200)
    assert.equal((await migrate(app, await mac('HS256', SECRET, supabase.claims))).status, 200)
    // The public key as the secret, and the secret under the name of the public key.
    await assertNotTaken(app, await mac('HS256', JSON.stringify(rsa.jwk).padEnd(64), supabase.claims))
    const [, claims = ''] = (await mac('HS256', SECRET, supabase.claims)).split('.')
    for (const alg of ['RS256', 'none', 'hs256']) {
      const input = `${Buffer.from(JSON.stringify({ alg, kid: 'rsa' })).toString('base64url')}.${claims}`
      await assertNotTaken(app, `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`)
    }
  })

  test(`${engine}: a secret stays when it is left out, until the issuer changes; null takes it away`, async () => {
    const app = await application(w)
    const put = (body: object) => app.manage(CONFIG, { method: 'PUT', body })
    await configure(app, config({ secret: SECRET }))
    assert.equal((await put(config({ audience: ['web', 'api'] }))).status, 200)
    assert.equal((await migrate(app, await mac('HS256', SECRET))).status, 200)
    assertInvalid(await put(config({ issuer: 'https://evil.example' })), 'body.secret: give it again')
    assertInvalid(await put(config({ secret: null })), 'body.jwks_url: is required')
    assert.equal((await put(configOf(custom, { secret: null }))).status, 200)
    publish(w, custom.jwks, rsa)
    await assertNotTaken(app, await mac('HS256', SECRET))
  })

  test(`${engine}: a client secret is never sent to an endpoint that it was not given for`, async () => {
    const app = await application(w)
    const refresh = { client_id: 'web', token_endpoint: 'https://id.example.com/token' }
    const put = (rest: object) =>
      app.manage(CONFIG, { method: 'PUT', body: configOf(custom, { refresh: { ...refresh, ...rest } }) })
    await configure(app, configOf(custom, { refresh: { ...refresh, client_secret: 'shh' } }))
    assert.equal((await put({ client_id: 'web2' })).status, 200)
    const elsewhere = { token_endpoint: 'https://evil.example/token' }
    assertInvalid(await put(elsewhere), 'body.refresh.client_secret: give it again')
    assert.equal((await put({ ...elsewhere, client_secret: null })).status, 200)
    assert.ok(!JSON.stringify((await app.manage(CONFIG)).body).includes('shh'))
  })

  test(`${engine}: what cannot be a secret is refused, and not repeated`, async () => {
    const app = await application(w)
    for (const [rest, place] of [
      [{ secret: 'x'.repeat(31) }, 'body.secret: is shorter than 32 bytes'],
      [
        { secret: Buffer.alloc(31).toString('base64'), secret_encoding: 'base64' },
        'body.secret: is shorter than 32 bytes',
      ],
      [{ secret: `${SECRET}!`, secret_encoding: 'base64' }, 'body.secret: is no base64'],
      [{ secret: 'x'.repeat(4_097) }, 'body.secret: '],
      [{ preset: 'authjs', secret: SECRET }, 'body.issuer: is named by no token of this preset'],
      [{ preset: 'authjs', issuer: undefined }, 'body.secret: is required for this preset'],
      [{ preset: 'authjs', issuer: undefined, secret: SECRET, refresh: { client_id: 'x' } }, 'body.refresh: '],
    ] as const) {
      const answer = await app.manage(CONFIG, { body: config(rest) })
      assertInvalid(answer, place)
      assert.ok(!answer.body.message.includes(SECRET))
    }
  })
}
