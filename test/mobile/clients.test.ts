import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { cookieJar } from './cookies.ts'
import { byMail, codeFor, install, scenes, shop, signIn } from './stage.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const HOME = new URL('https://app1.session.test/v1/session/otp')

for (const scene of await scenes()) {
  const { on, w, platform } = scene
  const isAndroid = platform.name === 'Android'

  test(`${on}: every call has the headers and the body that the SDK sends, and no others`, async () => {
    const app = await shop(w)
    const phone = install(scene, app)
    await phone.startOTPLogin(byMail)
    await codeFor(w, app)
    await phone.resendOTP()
    await phone.checkOTP(await codeFor(w, app))
    await phone.listSessions({ limit: 2, offset: 0 })
    await phone.passwordCompliancy()
    await phone.forceRefresh()
    const challenge = await phone.requestStepUp('prld:pwd:write', { reason: 'lost' })
    assert.ok(challenge)
    await phone.sendStepUpOTP(challenge)
    await phone.submitStepUpOTP(challenge, await codeFor(w, app))
    await phone.changePassword('a new and long one')
    await phone.revokeSessions('others')
    await phone.logout()

    const always = ['accept', 'host', 'user-agent', 'x-device-id']
    const json = isAndroid ? ['content-type'] : []
    const dpop = isAndroid ? ['dpop'] : []
    const rows = phone.exchanges.map(({ method, path, headers, body }) => {
      assert.match(headers['x-device-id'] ?? '', UUID)
      assert.equal(headers['user-agent'], isAndroid ? 'okhttp/4.12.0' : 'Prelude/0.7.0 (Apple; iOS 17.5.1)')
      const named = Object.keys(headers).filter((name) => !always.includes(name))
      return [`${method} ${path}`, named.sort(), body === undefined || body === '{}' ? body : 'members']
    })
    const empty = isAndroid ? '{}' : undefined
    assert.deepEqual(rows, [
      ['POST /otp', ['content-type'], 'members'],
      ['POST /otp/retry', [...json, 'cookie'], empty],
      ['POST /otp/check', ['content-type', 'cookie'], 'members'],
      // The cookie of the verification keeps its last minute.
      ['POST /login/finalize', ['content-type', 'cookie', 'dpop'], 'members'],
      // From here on the jar holds the cookie of the login, for five minutes or until it logs out.
      ['GET /me/list?limit=2&offset=0', ['authorization', 'cookie', ...dpop], undefined],
      ['GET /password/compliancy', ['cookie'], undefined],
      ['POST /refresh', [...json, 'cookie', 'dpop', 'x-refresh-token'], empty],
      ['POST /stepup/request', ['authorization', 'content-type', 'cookie', 'dpop'], 'members'],
      ['POST /otp', ['content-type', 'cookie'], 'members'],
      ['POST /otp/check', ['content-type', 'cookie', 'dpop'], 'members'],
      ['POST /refresh', ['content-type', 'cookie', 'dpop', 'x-refresh-token'], 'members'],
      ['POST /me/password/reset', ['authorization', 'content-type', 'cookie'], 'members'],
      ['POST /refresh', [...json, 'cookie', 'dpop', 'x-refresh-token'], empty],
      ['POST /me/revoke?target=others', ['authorization', ...json, 'cookie', ...dpop], empty],
      ['POST /revoke', [...json, 'dpop', 'x-refresh-token'], empty],
    ])
  })

  test(`${on}: a proof names method and URL without query, a key of four members and the stored nonce, and nothing else`, async () => {
    const app = await shop(w)
    const phone = install(scene, app, { clockAheadMs: 1000 })
    await signIn(w, app, phone)
    const { nonce, key } = phone.device
    assert.ok(nonce)
    await phone.requestStepUp('prld:pwd:write')
    const [proof = ''] = phone.exchanges.map(({ headers }) => headers.dpop)

    const header = decodeProtectedHeader(proof)
    assert.deepEqual(Object.keys(header).sort(), ['alg', 'jwk', 'typ'])
    assert.deepEqual(Object.keys(header.jwk ?? {}).sort(), ['crv', 'kty', 'x', 'y'])
    assert.equal(await calculateJwkThumbprint(header.jwk ?? {}), key?.thumbprint)
    const { payload } = await jwtVerify(proof, await importJWK(header.jwk ?? {}, 'ES256'), { typ: 'dpop+jwt' })
    const { jti, ...claims } = payload
    assert.match(String(jti).toLowerCase(), UUID)
    assert.deepEqual(claims, {
      htm: 'POST',
      htu: `${app.origin}/v1/session/stepup/request`,
      iat: w.deps.now() / 1000 + 1,
      nonce,
    })
    const texts = proof
      .split('.')
      .slice(0, 2)
      .map((part) => Buffer.from(part, 'base64url').toString())
    const members = texts.map((text) => [...text.matchAll(/"(\w+)":/g)].map(([, name]) => name))
    const inOrder = isAndroid
      ? [
          ['typ', 'alg', 'jwk', 'kty', 'crv', 'x', 'y'],
          ['jti', 'htm', 'htu', 'iat', 'nonce'],
        ]
      : [
          ['alg', 'jwk', 'crv', 'kty', 'x', 'y', 'typ'],
          ['htm', 'htu', 'iat', 'jti', 'nonce'],
        ]
    assert.deepEqual(members, inOrder)
  })

  test(`${on}: htu follows a host override, in its own letters or in small ones`, () => {
    const url = new URL('http://10.0.2.2:8080/v1/session/me/list?limit=1#x')
    const authority = isAndroid ? 'App1.Session.Test:8443' : 'app1.session.test:8443'
    assert.equal(platform.htu(url, 'App1.Session.Test:8443'), `http://${authority}/v1/session/me/list`)
    assert.equal(platform.htu(url, undefined), 'http://10.0.2.2:8080/v1/session/me/list')
  })
}

test('the jar sends cookies to their host and path alone, until they expire, and drops Secure ones over http', () => {
  const jar = cookieJar()
  jar.keep(HOME, ['a=1; Path=/; Secure; HttpOnly', 'b=2; Path=/v1/session; Max-Age=10', 'c=3; Domain=session.test'], 0)
  const sent = (url: string, now = 0) => jar.headerFor(new URL(url), now)
  assert.equal(sent(HOME.href), 'a=1; b=2; c=3')
  assert.equal(sent(HOME.href, 10_000), 'a=1; c=3')
  assert.equal(sent('http://app1.session.test/v1/session'), 'b=2; c=3')
  assert.equal(sent('https://app1.session.test/v1/sessions'), 'a=1; c=3')
  assert.equal(sent('https://app2.session.test/v1/session'), 'c=3')
  assert.equal(sent('https://app1.session.test.example/'), undefined)
  jar.keep(HOME, ['a=; Path=/; Max-Age=0'], 0)
  jar.keep(new URL('http://app1.session.test/'), ['d=4; Secure'], 0)
  jar.keep(HOME, ['e=5; Domain=elsewhere.test'], 0)
  assert.equal(sent(HOME.href), 'b=2; c=3')
  jar.endProcess(true)
  assert.equal(sent(HOME.href), 'b=2')
  jar.endProcess(false)
  assert.equal(sent(HOME.href), undefined)
})
