import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isSpeltOut, judgeHead, originForm } from './request-head.ts'

const HOST = 'shop.session.test'

/** Judge a head as Node's parser hands it over. */
function judge(target: string, headers: readonly (readonly [string, string])[], httpVersion = '1.1') {
  const known: Record<string, string> = {}
  for (const [name, value] of headers) known[name.toLowerCase()] ??= value
  return judgeHead({ httpVersion, headers: known, rawHeaders: headers.flat() }, target)
}
const judgeHost = (host: string) => judge('/', [['Host', host]])
const judgeTarget = (target: string, host = HOST) => judge(target, [['Host', host]])

describe('Host', () => {
  for (const host of [
    'a',
    'shop.session.test',
    'SHOP.test:443',
    'a_b.test:0',
    '192.0.2.1:65535',
    '[2001:db8::1]',
    '[::1]:80',
  ])
    test(`${host} is one`, () => assert.deepEqual(judgeHost(host), { kind: 'plain', authority: host }))
  test('an empty port is none', () => assert.deepEqual(judgeHost('a.test:'), { kind: 'plain', authority: 'a.test' }))
  for (const host of [
    '',
    ' ',
    'a b',
    'a.test, b.test',
    'a.test/',
    'user@a.test',
    'a.test:x',
    'a.test:65536',
    'a.test:1:2',
    ':80',
    '[::1',
    '[a.test]',
    '[1.2.3.4]',
    'ä.test',
    'a.test#',
    '*',
  ])
    test(`${JSON.stringify(host)} is none`, () => assert.equal(judgeHost(host).kind, 'refused'))
  test('is needed since HTTP/1.1', () => {
    assert.equal(judge('/', []).kind, 'refused')
    assert.deepEqual(judge('/', [], '1.0'), { kind: 'plain', authority: '' })
    assert.equal(judge('/', [['Host', '']], '1.0').kind, 'refused')
  })
})

describe('a header that says one thing is there once', () => {
  for (const name of ['Host', 'AUTHORIZATION', 'content-type', 'X-Refresh-Token', 'x-verification-token', 'Origin']) {
    test(name, () => {
      const others = name === 'Host' ? [] : [['Host', HOST] as const]
      const once = judge('/', [...others, [name, HOST]])
      const twice = judge('/', [...others, [name, HOST], ['accept', '*/*'], [name.toLowerCase(), HOST]])
      assert.equal(once.kind, 'plain')
      assert.equal(
        twice.kind === 'refused' && twice.message,
        `The header ${name.toLowerCase()} is there more than once.`,
      )
    })
  }
  test('others may be there more than once', () => {
    const many = ['Cookie', 'X-Forwarded-For', 'Accept', 'Via'].flatMap((name) => [
      [name, 'a'] as const,
      [name, 'b'] as const,
    ])
    assert.equal(judge('/', [['Host', HOST], ...many]).kind, 'plain')
  })
})

describe('a target', () => {
  const well = [
    '/',
    '/v1/a?b=c',
    '*',
    '/v1/a%2Fb?c=%C3%A9',
    `http://${HOST}/`,
    `HTTPS://${HOST.toUpperCase()}/v1`,
    `http://${HOST}:80`,
    `https://${HOST}:443/`,
    `http://${HOST}?a=b`,
  ]
  for (const target of well) test(`${target} is for us`, () => assert.equal(judgeTarget(target).kind, 'plain'))
  const ill = [
    'http://other.session.test/v1',
    'http://user@shop.session.test/',
    `http://${HOST}:8080/`,
    `https://${HOST}:80/`,
    'http:///v1',
    'ftp://shop.session.test/',
    'shop.session.test:443',
    'v1/session',
    '/v1/a#b',
    '/v1/\u00e9',
    '/v1/%zz',
    '/v1/%C3%28',
    '/v1/users?after=%FF',
    '/v1/users?after=%',
    '',
  ]
  for (const target of ill)
    test(`${JSON.stringify(target)} is not`, () => assert.equal(judgeTarget(target).kind, 'refused'))
  test('has the port of Host, when that has one', () => {
    assert.equal(judgeTarget(`http://${HOST}:8080/`, `${HOST}:8080`).kind, 'plain')
    assert.equal(judgeTarget(`http://${HOST}/`, `${HOST}:8080`).kind, 'refused')
  })
  test('needs a Host even where HTTP/1.0 needs none', () =>
    assert.equal(judge(`http://${HOST}/`, [], '1.0').kind, 'refused'))

  test('in absolute form has a path and a query of its own', () => {
    for (const [target, form] of [
      ['/v1?x=http://a.test/', '/v1?x=http://a.test/'],
      ['http://a.test/v1?x', '/v1?x'],
      ['HTTP://a.test', '/'],
      ['https://a.test?x=1', '/?x=1'],
      ['*', '*'],
      ['ftp://a.test/v1', 'ftp://a.test/v1'],
    ] as const)
      assert.equal(originForm(target), form)
  })
})

test('a body comes in chunks or as long as it says, in no other way', () => {
  const coded = (coding: string, version = '1.1') =>
    judge(
      '/',
      [
        ['Host', HOST],
        ['Transfer-Encoding', coding],
      ],
      version,
    ).kind
  assert.equal(coded('chunked'), 'plain')
  assert.equal(coded('Chunked'), 'plain')
  for (const coding of ['gzip, chunked', 'chunked, chunked', 'identity', '', 'chunked;q=1'])
    assert.equal(coded(coding), 'refused')
  assert.equal(coded('chunked', '1.0'), 'refused')
})

test('an expectation that cannot be met is 417', () => {
  const expecting = (text: string) =>
    judge('/', [
      ['Host', HOST],
      ['Expect', text],
    ])
  assert.equal(expecting('100-Continue').kind, 'plain')
  const outcome = expecting('200-ok')
  assert.equal(outcome.kind === 'refused' && outcome.status, 417)
})

test('the fixed parts of a route are spelt out, its parameters may be escaped', () => {
  const route = '/v2/session/apps/:appID/users'
  assert.ok(isSpeltOut('/v2/session/apps/a%2Db/users', route))
  for (const path of ['/%762/session/apps/a/users', '/v2/sessio%6E/apps/a/users', '/v2/session/apps/a/user%73'])
    assert.ok(!isSpeltOut(path, route), path)
  assert.ok(isSpeltOut('/demo/%61', '/demo/*'))
})
