import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isListed, locationOf, problemOfTarget } from './target.ts'

const CB = 'https://www.shop.example/cb'
const listed = (requested: string, redirectUris: string[] = [CB], mode: 'dev' | 'prod' = 'prod') =>
  isListed(requested, { redirectUris, mode })

test('what is on the list may be returned to', () => {
  assert.ok(listed(CB))
  assert.ok(listed('myapp://oauth-callback', ['myapp://oauth-callback']))
  assert.ok(listed(`${CB}?tab=1`, [CB, `${CB}?tab=1`]))
})

const NOT_LISTED: readonly [number, string, string][] = [
  [14, 'another path', 'https://www.shop.example/'],
  [14, 'another scheme', 'http://www.shop.example/cb'],
  [14, 'another port', 'https://www.shop.example:8443/cb'],
  [14, 'a query that is not listed', `${CB}?x=1`],
  [14, 'an empty query', `${CB}?`],
  [14, 'nothing', ''],
  [15, 'a slash at its end', `${CB}/`],
  [15, 'dots that come out as the same', 'https://www.shop.example/a/../cb'],
  [15, 'the default port', 'https://www.shop.example:443/cb'],
  [16, 'another case of the path', 'https://www.shop.example/CB'],
  [16, 'another case of the host', 'https://WWW.shop.example/cb'],
  [16, 'a letter in its other spelling', 'https://www.shop.example/%63b'],
  [17, 'no slashes', 'https:www.shop.example/cb'],
  [17, 'one slash', 'https:/www.shop.example/cb'],
  [18, 'a backslash before another host', 'https://www.shop.example\\@evil.example/cb'],
  [18, 'backslashes for slashes', 'https:\\\\www.shop.example\\cb'],
  [19, 'a host that begins like it', 'https://www.shop.example.evil.example/cb'],
  [19, 'a host that ends like it', 'https://evilwww.shop.example/cb'],
  [19, 'a dot behind its host', 'https://www.shop.example./cb'],
  [19, 'its text in another place', 'https://evil.example/https://www.shop.example/cb'],
  [20, 'no scheme', '//www.shop.example/cb'],
  [20, 'its path alone', '/cb'],
  [22, 'a fragment', `${CB}#x`],
  [22, 'an empty fragment', `${CB}#`],
  [23, 'a user name', 'https://user@www.shop.example/cb'],
  [23, 'an empty user name', 'https://@www.shop.example/cb'],
  [23, 'its host as the user name of another', 'https://www.shop.example@evil.example/cb'],
  [28, 'a line break', `${CB}\r\nset-cookie: a=b`],
  [28, 'a line break that parsers drop', 'https://www.shop\n.example/cb'],
  [28, 'a zero byte', `${CB}\u0000`],
  [28, 'a blank before it', ` ${CB}`],
]
for (const [number, name, requested] of NOT_LISTED) {
  test(`${number} ${name}: ${JSON.stringify(requested)} is not what is listed`, () => {
    assert.ok(!listed(requested))
  })
}

/** Of all planes; the like of fast-check weighs its tables first, for seconds. */
const anyCharacter = fc
  .nat(0x10ffff)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))

test('14–20 whatever is changed in what is listed, it is no longer listed', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.constantFrom('/', '\\', '@', '.', ':', '#', '?', '%2f', '\n', 'A'),
  )
  const entries = fc.constantFrom(CB, 'myapp://oauth-callback', 'com.shop.app:/cb', 'http://127.0.0.1:4000/cb')
  fc.assert(
    fc.property(entries, fc.nat(30), fc.nat(3), piece, (entry, at, dropped, added) => {
      const changed = entry.slice(0, at) + added + entry.slice(at + dropped)
      assert.equal(listed(changed, [entry]), changed === entry)
    }),
  )
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
    assert.ok(listed(`http://${host}:51004/cb?tab=1`, [`http://${host}/cb?tab=1`]))
    assert.ok(!listed(`http://${host}:51004/cb?tab=1`, [`http://${host}/cb`]))
  }
  for (const other of [
    'http://127.0.0.2:1/cb',
    'http://127.1:1/cb',
    'http://2130706433:1/cb',
    'http://[::ffff:7f00:1]:1/cb',
  ])
    assert.ok(!listed(other, ['http://127.0.0.1/cb', 'http://[::1]/cb']), other)
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
  ['http://localhost.evil.example/cb', /http/],
  ['http://localhost./cb', /http/],
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

test('27 a parameter that the login adds is found however it is written', () => {
  for (const name of ['challenge_token', 'status', 'error', 'error_description']) {
    for (const query of [name, `${name}=`, `tab=1&${name}=x`, `${name.replace('e', '%65').replace('s', '%73')}=x`])
      assert.match(problemOfTarget(`${CB}?${query}`, 'dev') ?? '', /parameter/, query)
  }
  for (const query of ['errors=1', 'my_status=1', 'Status=1'])
    assert.equal(problemOfTarget(`${CB}?${query}`, 'dev'), undefined)
})

test('whatever is refused when it is saved is told by a plain sentence, of one line whatever the entry holds', () => {
  const scheme = fc.constantFrom('', 'https://', 'https://a.example/', 'http://', 'http://127.0.0.1', 'myapp:', 'data:')
  const entries = fc
    .tuple(scheme, fc.oneof(fc.string(), fc.string({ unit: anyCharacter })))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(entries, (entry) => {
      const problem = problemOfTarget(entry, 'prod')
      if (problem === undefined) assert.equal(new URL(entry).href, entry)
      else assert.match(problem, /^(is|has|holds|uses|must) [\x20-\x7e]+$/)
    }),
  )
})

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

test('28 whatever is added, line breaks too, the place stays the same, and each value is read as it was given', () => {
  const values = fc.string({ unit: anyCharacter })
  const targets = fc.constantFrom(CB, `${CB}?tab=1`, 'myapp://oauth-callback', 'http://127.0.0.1:1/cb')
  fc.assert(
    fc.property(
      targets,
      fc.oneof(values, fc.constantFrom('a\r\nset-cookie: b=c', '&status=x', '#', '+')),
      (target, value) => {
        const location = locationOf(target, { error: value })
        assert.ok(location.startsWith(target) && !/[\s#]/.test(location))
        assert.equal(new URL(location).searchParams.get('error'), value)
      },
    ),
  )
})
