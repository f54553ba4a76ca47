import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { application, challengeToken, dpopKey, FINALIZE, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith, postProven } from '../../../test/house/tokens.ts'
import { world } from '../../../test/world.ts'

const KIB = 1024

for (const { engine, w, app } of await stages(async (w) => ({
  app: await application(w, { allowedOrigins: ['https://shop.example'] }),
}))) {
  const json = { 'content-type': 'application/json' }
  const bad: readonly (readonly [string, { body?: unknown; headers?: Record<string, string> }])[] = [
    ['no body', {}],
    ['no body, though the content type says JSON', { headers: json }],
    ['an empty object', { body: {} }],
    ['malformed JSON', { body: '{"challenge_token":', headers: json }],
    ['a JSON null', { body: 'null', headers: json }],
    ['a JSON text', { body: '"token"', headers: json }],
    ['a JSON array', { body: [{ challenge_token: 'x' }] }],
    ['a token that is a number', { body: { challenge_token: 1 } }],
    ['a token that is null', { body: { challenge_token: null } }],
    ['a token that is a list', { body: { challenge_token: ['x'] } }],
    ['a content type it does not know', { body: 'challenge_token: x', headers: { 'content-type': 'text/yaml' } }],
    ['plain text', { body: '{"challenge_token":"x"}', headers: { 'content-type': 'text/plain' } }],
    ['more than 64 KiB', { body: { challenge_token: 'x', padding: 'x'.repeat(64 * KIB) } }],
    ['a member that would reach into the prototype', { body: '{"__proto__":{"challenge_token":"x"}}', headers: json }],
  ]
  for (const [what, call] of bad) {
    for (const carrier of ['header', 'cookie'] as const) {
      test(`${engine}: ${what} is a bad request, by ${carrier}`, async () => {
        const key = carrier === 'header' ? await dpopKey(w) : undefined
        assertRefused(await postProven(app, FINALIZE, key, call), 'bad_request', 'bad_request')
      })
    }
  }

  test(`${engine}: a body of just under 64 KiB is read`, async () => {
    const challenge_token = await challengeToken(w, app, await user(w, app))
    const body = { challenge_token, padding: 'x'.repeat(64 * KIB - challenge_token.length - 50) }
    assert.equal((await postProven(app, FINALIZE, await dpopKey(w), { body })).status, 200)
  })

  test(`${engine}: what the client sent is not repeated in the message`, async () => {
    const answer = await postProven(app, FINALIZE, undefined, { body: { challenge_token: { secret: 'hush' } } })
    assert.match(answer.body.message, /body\.challenge_token/)
    assert.ok(!answer.body.message.includes('hush'))
  })

  const pages: readonly (readonly [string, Record<string, string>, 200 | 400])[] = [
    ['a foreign page', { origin: 'https://evil.example' }, 400],
    ['a foreign page that names no origin', { 'sec-fetch-site': 'cross-site' }, 400],
    ['a sandboxed frame', { origin: 'null' }, 400],
    ['a page of the same name over http', { origin: `http://${app.host}` }, 400],
    ['a page on the list', { origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' }, 200],
    ['a page of its own', { origin: app.origin, 'sec-fetch-site': 'same-origin' }, 200],
    ['no browser', {}, 200],
  ]
  for (const [what, headers, status] of pages) {
    test(`${engine}: for a cookie, ${what} is answered ${status}, and a refusal burns nothing`, async () => {
      const token = await challengeToken(w, app, await user(w, app))
      const answer = await finalizeWith(app, undefined, token, { headers })
      if (status === 200) return assert.equal(answer.status, 200)
      assertRefused(answer, 'bad_request', 'bad_request')
      assert.equal((await finalizeWith(app, undefined, token)).status, 200)
    })
  }

  test(`${engine}: with a proof the page does not matter: no cookie is at stake`, async () => {
    const token = await challengeToken(w, app, await user(w, app))
    const headers = { origin: 'https://evil.example' }
    const answer = await finalizeWith(app, await dpopKey(w), token, { headers })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('access-control-allow-origin'), null)
  })

  test(`${engine}: a page on the list can read a refusal`, async () => {
    const headers = { origin: 'https://shop.example' }
    const { headers: received } = await finalizeWith(app, undefined, 'garbage', { headers })
    assert.equal(received.get('access-control-allow-origin'), 'https://shop.example')
    assert.equal(received.get('access-control-allow-credentials'), 'true')
    for (const name of ['DPoP-Nonce', 'X-Refresh-Token', 'X-Refresh-Token-Expires-At', 'Date'])
      assert.ok(received.get('access-control-expose-headers')?.split(', ').includes(name), name)
  })

  test(`${engine}: a bad proof is refused, and the token stays good`, async () => {
    const key = await dpopKey(w)
    const token = await challengeToken(w, app, await user(w, app))
    assertRefused(await finalizeWith(app, key, token, { headers: { dpop: 'x' } }), 'invalid_dpop_proof', 'unauthorized')
    assertRefused(await finalizeWith(app, key, token, { headers: { dpop: '' } }), 'invalid_dpop_proof', 'unauthorized')
    assert.equal((await finalizeWith(app, key, token)).status, 200)
  })

  test(`${engine}: a client whose clock is wrong gets a nonce, and with it in`, async () => {
    const key = await dpopKey(w)
    const token = await challengeToken(w, app, await user(w, app))
    const iat = Math.floor(w.deps.now() / 1000) - 3 * 86_400
    const proof = (claims: Record<string, unknown>) =>
      key.proof(`${app.origin}${FINALIZE}`, { claims: { iat, ...claims } })
    const first = await finalizeWith(app, key, token, { headers: { dpop: await proof({}) } })
    assertRefused(first, 'use_dpop_nonce', 'bad_request')
    const nonce = first.headers.get('dpop-nonce') ?? ''
    const second = await finalizeWith(app, key, token, { headers: { dpop: await proof({ nonce }) } })
    assert.equal(second.status, 200)
    assert.ok(second.headers.get('dpop-nonce'))
  })

  test(`${engine}: an unknown host is no application`, async () => {
    const answer = await app.call(FINALIZE, { body: { challenge_token: 'x' }, headers: { host: 'nobody.example' } })
    assertRefused(answer, 'not_found', 'not_found')
  })

  test(`${engine}: an address that fails too often has to wait, but may still log in`, async () => {
    const limited = await application(w, { settings: { finalize: { failures_per_ip: 2 } } })
    const fail = (ip: string) => finalizeWith(limited, undefined, 'garbage', { headers: { 'x-forwarded-for': ip } })
    for (let i = 0; i < 2; i++) assertRefused(await fail('203.0.113.1'), 'invalid_challenge_token', 'bad_request')
    const refused = await fail('203.0.113.1')
    assertRefused(refused, 'rate_limited', 'rate_limited')
    assert.equal(refused.headers.get('retry-after'), '600')
    assertRefused(await fail('203.0.113.2'), 'invalid_challenge_token', 'bad_request')

    const token = await challengeToken(w, limited, await user(w, limited))
    const headers = { 'x-forwarded-for': '203.0.113.1' }
    assert.equal((await finalizeWith(limited, undefined, token, { headers })).status, 200)
    w.advance(600_000)
    assertRefused(await fail('203.0.113.1'), 'invalid_challenge_token', 'bad_request')
  })

  test(`${engine}: the addresses of one IPv6 network fail together, and an IPv4 address is one however it is written`, async () => {
    for (const [first, same, other] of [
      ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:db8:1:3::1'],
      ['203.0.113.1', '::ffff:203.0.113.1', '203.0.113.2'],
    ] as const) {
      const limited = await application(w, { settings: { finalize: { failures_per_ip: 1 } } })
      const fail = (ip: string) => finalizeWith(limited, undefined, 'garbage', { headers: { 'x-forwarded-for': ip } })
      assertRefused(await fail(first), 'invalid_challenge_token', 'bad_request')
      assertRefused(await fail(same), 'rate_limited', 'rate_limited')
      assertRefused(await fail(other), 'invalid_challenge_token', 'bad_request')
    }
  })

  test(`${engine}: when something breaks inside, the client learns no more than that`, async () => {
    const broken = await world(engine)
    const victim = await application(broken)
    const token = await challengeToken(broken, victim, await user(broken, victim))
    await broken.deps.transact((tx) => sql`drop table consumed_challenges`.execute(tx))
    const answer = await finalizeWith(victim, await dpopKey(broken), token)
    assertRefused(answer, 'internal', 'internal')
    assert.equal(answer.body.message, 'Something went wrong on our side.')
    const line = broken.log.find((entry) => entry.includes('consumed_challenges')) ?? ''
    assert.equal(JSON.parse(line).request_id, answer.body.request_id)
    assert.ok(!broken.log.join('').includes(token))
  })
}
