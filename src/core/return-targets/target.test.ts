import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isListed, locationOf, problemOfTarget } from './target.ts'

const CB = 'https://www.shop.example/cb'
const listed = (requested: string, redirectUris: string[] = [CB], mode: 'dev' | 'prod' = 'prod') =>
  isListed(requested, { redirectUris, mode })

test('14 what is on the list may be returned to, and nothing else', () => {
  assert.ok(listed(CB))
  assert.ok(listed('myapp://oauth-callback', ['myapp://oauth-callback']))
  for (const other of [
    'https://www.shop.example/',
    '',
    `${CB}/`,
    'https://www.shop.example/CB',
    'https://WWW.shop.example/cb',
    'https:www.shop.example/cb',
    'https://www.shop.example\\@evil.example/cb',
    'https://www.shop.example.evil.example/cb',
    'https://www.shop.example:443/cb',
    'https://www.shop.example/a/../cb',
    'https://www.shop.example/%63b',
    'https://evil.example/https://www.shop.example/cb',
    '//www.shop.example/cb',
    '/cb',
    `${CB}#x`,
    `${CB}#`,
    `${CB}?`,
    `${CB}?x=1`,
    'https://user@www.shop.example/cb',
    'https://@www.shop.example/cb',
    `${CB}\u0000`,
    ` ${CB}`,
    `${CB}\n`,
    'http://www.shop.example/cb',
  ])
    assert.ok(!listed(other), other)
})

test('22, 23 what could not be saved cannot be returned to, even if it is on the list', () => {
  for (const entry of [`${CB}#x`, 'https://user@www.shop.example/cb', 'javascript:alert(1)', 'http://shop.example/cb'])
    assert.ok(!listed(entry, [entry]), entry)
})

test('25 a loopback address that is listed without a port is good with any; localhost is not', () => {
  for (const host of ['127.0.0.1', '[::1]']) {
    assert.ok(listed(`http://${host}/cb`, [`http://${host}/cb`]))
    assert.ok(listed(`http://${host}:51004/cb`, [`http://${host}/cb`]))
    assert.ok(!listed(`http://${host}:51004/other`, [`http://${host}/cb`]))
    assert.ok(!listed(`http://${host}:51004/cb`, [`http://${host}:51005/cb`]))
    assert.ok(!listed(`https://${host}:51004/cb`, [`https://${host}/cb`]))
  }
  assert.ok(listed('http://localhost/cb', ['http://localhost/cb'], 'dev'))
  assert.ok(!listed('http://localhost:3000/cb', ['http://localhost/cb'], 'dev'))
  assert.ok(!listed('http://localhost/cb', ['http://localhost/cb'], 'prod'))
  assert.ok(!listed('http://127.0.0.1:1/cb', ['http://localhost/cb'], 'dev'))
})

test('26 a custom scheme is compared as it is written', () => {
  assert.ok(!listed('myapp:/cb', ['myapp://cb']))
  assert.ok(!listed('myapp://cb', ['myapp:/cb']))
  assert.ok(!listed('myapp://cb/', ['myapp://cb']))
  assert.ok(!listed('MYAPP://cb', ['myapp://cb']))
})

const REFUSED: readonly [string, RegExp][] = [
  ['cb', /absolute/],
  ['//evil.example/cb', /absolute/],
  [`${CB}#here`, /fragment/],
  ['https://a:b@shop.example/cb', /user name/],
  ['https://shop.example/a\\b', /backslash/],
  ['https://shop.example/a b', /blank/],
  ['https://shop.example/\r\nset-cookie:a', /control/],
  ['http://shop.example/cb', /http/],
  ['http://127.0.0.1.evil.example/cb', /http/],
  ['http://localhost/cb', /http/],
  ['https://SHOP.example/cb', /must be written as https:\/\/shop\.example\/cb/],
  ['https://shop.example', /must be written as https:\/\/shop\.example\//],
  ['https://bücher.example/cb', /control|must be written/],
  [`${CB}?challenge_token=x`, /parameter/],
  [`${CB}?status=x`, /parameter/],
  [`${CB}?error_description=`, /parameter/],
  ['https://api.shop.example/v1/session/login/oauth/google/callback', /callback of this server/],
  ['javascript:alert(1)', /scheme/],
  ['data:text/html,x', /scheme/],
  ['blob:https://shop.example/1', /scheme/],
  ['intent://x#Intent;end', /scheme|fragment/],
  ['view-source:https://shop.example/', /scheme/],
  ['wss://shop.example/', /scheme/],
  [`https://shop.example/${'x'.repeat(2_000)}`, /longer/],
]
for (const [entry, reason] of REFUSED) {
  test(`21, 27 ${JSON.stringify(entry.slice(0, 60))} is refused when it is saved, with a reason`, () => {
    assert.match(problemOfTarget(entry, 'prod') ?? '', reason)
  })
}

test('what apps return to may be saved; this machine by name in mode dev alone', () => {
  for (const entry of [
    CB,
    `${CB}?tab=1&x=%20`,
    'https://shop.example/',
    'https://shop.example:8443/cb',
    'http://127.0.0.1/cb',
    'http://127.0.0.1:4000/cb',
    'http://[::1]/cb',
    'myapp://oauth-callback',
    'com.shop.app:/oauth',
  ])
    assert.equal(problemOfTarget(entry, 'prod'), undefined, entry)
  assert.equal(problemOfTarget('http://localhost:3000/cb', 'dev'), undefined)
})

test('27 parameters are added to those that the place has', () => {
  assert.equal(
    locationOf(`${CB}?tab=1+1`, { error: 'x', error_description: 'a b&c' }),
    `${CB}?tab=1+1&error=x&error_description=a%20b%26c`,
  )
  assert.equal(
    locationOf('myapp://oauth-callback', { challenge_token: 'a.b' }),
    'myapp://oauth-callback?challenge_token=a.b',
  )
  assert.equal(locationOf('com.shop.app:/oauth', { a: 'b' }), 'com.shop.app:/oauth?a=b')
})

test('whatever is added, the place stays the same, and each value is read as it was given', () => {
  const targets = fc.constantFrom(CB, `${CB}?tab=1`, 'myapp://oauth-callback', 'http://127.0.0.1:1/cb')
  fc.assert(
    fc.property(targets, fc.string({ unit: 'binary' }), (target, value) => {
      fc.pre(value.isWellFormed())
      const location = locationOf(target, { error: value })
      assert.ok(location.startsWith(target) && !/[\s#]/.test(location))
      assert.equal(new URL(location).searchParams.get('error'), value)
    }),
  )
})
