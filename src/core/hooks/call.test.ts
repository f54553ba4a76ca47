import assert from 'node:assert/strict'
import { constants, createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { application, applicationRecord, type TestApp } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import type { OutboundFailure, OutboundOutcome, OutboundRequest } from '../../platform/safe-fetch.ts'
import { callHook, type Hook, type HookOutcome, signalsOf } from './call.ts'

const HOOK: Hook = { name: 'test', url: 'https://hook.example.com/path?a=b', userAgent: 'Test-Hook/1.0' }

const says = (body: string | Buffer, status = 200): OutboundOutcome => ({
  kind: 'answered',
  status,
  headers: {},
  body: typeof body === 'string' ? Buffer.from(body) : body,
})
const fails = (reason: OutboundFailure['reason'], cause?: OutboundFailure['cause']): OutboundOutcome => ({
  kind: 'failed',
  reason,
  ...(cause && { cause }),
})

async function call(w: World, app: TestApp, answer: OutboundOutcome, payload: object = {}): Promise<HookOutcome> {
  w.fakeNetwork(async () => answer)
  return await callHook(w.deps, await applicationRecord(w, app), HOOK, { payload, ip: '203.0.113.1' })
}

const OUTCOMES: readonly [name: string, answer: OutboundOutcome, outcome: HookOutcome][] = [
  ['JSON is answered', says('{"a":1}'), { kind: 'answered', json: { a: 1 } }],
  ['any 2xx is an answer', says('[]', 299), { kind: 'answered', json: [] }],
  ['null is an answer', says('null'), { kind: 'answered', json: null }],
  ['a byte order mark before it is no part of it', says('\uFEFF[1]'), { kind: 'answered', json: [1] }],
  ['Latin-1 is undecodable', says(Buffer.from('{"city":"Köln"}', 'latin1')), { kind: 'undecodable' }],
  ['other statuses are refusals', says('{}', 300), { kind: 'refused', status: 300 }],
  ['an early status is a refusal', says('{}', 101), { kind: 'refused', status: 101 }],
  ['a client error is a refusal', says('{}', 404), { kind: 'refused', status: 404 }],
  ['a server error is a refusal', says('{}', 503), { kind: 'refused', status: 503 }],
  ['no body is undecodable', says('', 204), { kind: 'undecodable' }],
  ['half a body is undecodable', says('{"a":'), { kind: 'undecodable' }],
  ['too long an answer is undecodable', fails('too_large'), { kind: 'undecodable' }],
  ['a timeout is out of reach', fails('timeout'), { kind: 'unreachable', fault: 'timeout' }],
  ['a broken network is out of reach', fails('network'), { kind: 'unreachable', fault: 'network' }],
  ['a name without an address is out of reach', fails('network', 'dns'), { kind: 'unreachable', fault: 'dns' }],
  ['a private address is out of reach', fails('private_address'), { kind: 'unreachable', fault: 'private_address' }],
  ['a bad URL is out of reach', fails('bad_url'), { kind: 'unreachable', fault: 'bad_url' }],
]

for (const { engine, w } of await stages()) {
  for (const [name, answer, outcome] of OUTCOMES) {
    test(`${engine}: ${name}`, async () => {
      assert.deepEqual(await call(w, await application(w), answer), outcome)
      const text = await w.deps.metrics.registry.metrics()
      assert.match(text, new RegExp(`antiphon_hook_seconds_count\\{hook="test",outcome="${outcome.kind}"\\} [1-9]`))
    })
  }

  test(`${engine}: the log says what was wrong with a hook, finer than the application is told, and nothing of a plain no`, async () => {
    const app = await application(w)
    for (const [answer, reason, cause] of [
      [fails('timeout'), 'timeout'],
      [fails('private_address'), 'private_address'],
      [fails('network'), 'network'],
      [says('<html>'), 'no_json'],
      [says('{}', 500), 'status_500'],
      [says('{}', 404), 'status_404'],
      [fails('network', 'tls'), 'network', 'tls'],
      [fails('network', 'dns'), 'network', 'dns'],
      [says('{}', 401), undefined],
      [says('{}'), undefined],
    ] as const) {
      w.log.splice(0)
      await call(w, app, answer)
      const told = w.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'a call to a hook failed')
      const members = told.map(({ time: _, ...line }) => line)
      const line = {
        level: 'warn',
        app: app.id,
        hook: 'test',
        reason,
        ...(cause && { cause }),
        msg: 'a call to a hook failed',
      }
      assert.deepEqual(members, reason === undefined ? [] : [line])
    }
  })

  test(`${engine}: a call says who it is for and how long it may take`, async () => {
    const app = await application(w)
    await call(w, app, says('{}'), { name: 'Zoë' })
    const { headers, ...rest } = w.outbound.at(-1) as OutboundRequest
    assert.deepEqual(rest, {
      method: 'POST',
      url: HOOK.url,
      body: '{"name":"Zoë"}',
      timeoutMs: 5_000,
      maxBytes: 65_536,
      carriesTrace: true,
    })
    const { 'x-webhook-signature': signature, 'x-webhook-signature-key-id': keyId, ...known } = headers ?? {}
    assert.ok(signature && keyId)
    assert.deepEqual(known, {
      'content-type': 'application/json',
      accept: 'application/json',
      'content-length': '15',
      'user-agent': 'Test-Hook/1.0',
    })
  })

  test(`${engine}: the signature is by a published key, over the bytes of the body, as RSASSA-PSS`, async () => {
    const app = await application(w)
    await call(w, app, says('{}'), { name: 'Zoë' })
    const { headers = {}, body = '' } = w.outbound.at(-1) as OutboundRequest
    const { keys } = (await app.call('/.well-known/jwks.json')).body
    const jwk = keys.find(({ kid }: { kid: string }) => kid === headers['x-webhook-signature-key-id'])
    assert.deepEqual([jwk.kty, jwk.alg, jwk.use], ['RSA', 'PS256', 'sig'])

    const signature = Buffer.from(headers['x-webhook-signature'] ?? '', 'base64url')
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), ...padding }
    assert.ok(verify('sha256', Buffer.from(body), key, signature))
    assert.ok(!verify('sha256', Buffer.from(`${body} `), key, signature))
  })

  test(`${engine}: the keys of two applications are different ones`, async () => {
    const ids = []
    for (const app of [await application(w), await application(w)]) {
      await call(w, app, says('{}'))
      ids.push(w.outbound.at(-1)?.headers?.['x-webhook-signature-key-id'])
    }
    assert.notEqual(ids[0], ids[1])
  })

  test(`${engine}: 64 calls are under way at once; who has waited two seconds for a place is told so`, async () => {
    const app = await application(w)
    const record = await applicationRecord(w, app)
    await call(w, app, says('{}'))
    const slow = Promise.withResolvers<OutboundOutcome>()
    w.fakeNetwork(() => slow.promise)
    const before = w.outbound.length
    const ask = (ip: string) => callHook(w.deps, record, HOOK, { payload: {}, ip })
    const calls = Array.from({ length: 64 }, (_, i) => ask(`203.0.${i % 8}.1`))
    while (w.outbound.length < before + 64) await new Promise(setImmediate)
    const late = ask('198.51.100.1')
    for (let i = 0; i < 100; i++) await new Promise(setImmediate)
    assert.equal(w.outbound.length, before + 64)
    w.advance(2_001)
    slow.resolve(says('{}'))
    for (const outcome of await Promise.all(calls)) assert.equal(outcome.kind, 'answered')
    assert.deepEqual(await late, { kind: 'busy' })
  })

  test(`${engine}: an application has 256 calls under way, however many hooks it has, and another calls beside it`, async () => {
    const apps = [await application(w), await application(w)] as const
    // What signs them is known, so that none of them waits for the database.
    for (const app of apps) await call(w, app, says('{}'))
    const [record, other] = [await applicationRecord(w, apps[0]), await applicationRecord(w, apps[1])]
    const slow = Promise.withResolvers<OutboundOutcome>()
    w.fakeNetwork(() => slow.promise)
    const before = w.outbound.length
    const underWay = () => w.outbound.length - before
    const ask = (of: typeof record, hook: number, ip: string) =>
      callHook(w.deps, of, { ...HOOK, url: `https://hook${hook}.example.com/` }, { payload: {}, ip })
    const calls = Array.from({ length: 5 * 64 }, (_, i) => ask(record, i % 5, `203.0.${Math.floor(i / 5) % 8}.1`))
    while (underWay() < 256) await new Promise(setImmediate)
    calls.push(ask(other, 0, '203.0.1.1'))
    while (underWay() < 257) await new Promise(setImmediate)
    for (let i = 0; i < 100; i++) await new Promise(setImmediate)
    assert.equal(underWay(), 257)
    slow.resolve(says('{}'))
    for (const outcome of await Promise.all(calls)) assert.equal(outcome.kind, 'answered')
  })

  test(`${engine}: what is known when the turn of a call has come takes its place`, async () => {
    const app = await application(w)
    const record = await applicationRecord(w, app)
    const before = w.outbound.length
    let asked = 0
    const known = () => (++asked > 1 ? 'known' : undefined)
    assert.equal(await callHook(w.deps, record, HOOK, { payload: {}, ip: '203.0.113.1', known }), 'known')
    assert.equal(await callHook(w.deps, record, HOOK, { payload: {}, ip: '203.0.113.1', known }), 'known')
    assert.equal(asked, 3)
    assert.equal(w.outbound.length, before)
  })

  test(`${engine}: a call that ends in an exception gives its place back`, async () => {
    const app = await application(w)
    w.fakeNetwork(() => {
      throw new Error('broken')
    })
    for (let i = 0; i < 100; i++) {
      await callHook(w.deps, await applicationRecord(w, app), HOOK, { payload: {}, ip: '203.0.113.1' }).catch(
        () => undefined,
      )
      w.advance(10_000)
    }
    assert.equal((await call(w, app, says('{}'))).kind, 'answered')
  })

  test(`${engine}: inside a transaction nobody is called`, async () => {
    const app = await application(w)
    const record = await applicationRecord(w, app)
    await call(w, app, says('{}'))
    const before = w.outbound.length
    await assert.rejects(
      w.deps.transact(() => callHook(w.deps, record, HOOK, { payload: {}, ip: '203.0.113.1' })),
      /not inside a transaction/,
    )
    assert.equal(w.outbound.length, before)
  })
}

test('the signals are user agent, platform and address of the client', () => {
  const headers = { 'user-agent': `okhttp/5.0.0 ${'x'.repeat(1_000)}` }
  const signals = signalsOf({ headers, ip: '203.0.113.9' } as unknown as HttpRequest)
  assert.deepEqual(Object.keys(signals), ['user_agent', 'platform', 'ip'])
  assert.equal(signals.user_agent.length, 512)
  assert.deepEqual([signals.platform, signals.ip], ['ANDROID', '203.0.113.9'])
  assert.deepEqual(signalsOf({ headers: {}, ip: '::1' } as unknown as HttpRequest).user_agent, '')
})
