import assert from 'node:assert/strict'
import { constants, createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { application, claimsOf, pkce, REFRESH, refreshTokenOf, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { holderOf } from '../../../test/house/federation.ts'
import {
  allow,
  CONFIG,
  configure,
  HOOK,
  hookKnows,
  MIGRATION,
  migrate,
  moveOver,
  personOf,
  progressOf,
  shown,
} from '../../../test/house/legacy.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith, postProven } from '../../../test/house/tokens.ts'
import type { World } from '../../../test/world.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { OutboundRequest } from '../../platform/safe-fetch.ts'

const SAFARI = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15'
const PLATFORMS: readonly [name: string, headers: Record<string, string>, platform: string][] = [
  ['the web SDK', { 'x-sdk-user-agent': 'Prelude/0.6.0 (Web)', 'user-agent': SAFARI }, 'WEB'],
  ['the Apple SDK', { 'user-agent': 'Prelude/1.2.0 (Apple; iOS 19.0; iPhone17,1)' }, 'IOS'],
  ['the Android SDK', { 'user-agent': 'okhttp/5.0.0' }, 'ANDROID'],
  ['a browser without SDK', { 'user-agent': SAFARI }, 'WEB'],
  ['nothing', {}, 'WEB'],
]

const BAD_BODIES: readonly [name: string, change: object][] = [
  ['no token', { token: undefined }],
  ['an empty token', { token: '' }],
  ['a token that is no text', { token: { id: 1 } }],
  ['a token of more than 16 KiB', { token: 'x'.repeat(16_385) }],
  ['no code challenge', { code_challenge: undefined }],
  ['a code challenge that is no SHA-256', { code_challenge: 'abc' }],
  ['a dispatch id that is no text', { dispatch_id: 7 }],
  ['a dispatch id of 65 characters', { dispatch_id: 'x'.repeat(65) }],
]

async function migrating(w: World): Promise<{ app: TestApp }> {
  const app = await application(w)
  await configure(app)
  return { app }
}

for (const { engine, w, app: quiet } of await stages(migrating)) {
  test(`${engine}: a legacy session becomes a session of ours, finalized with the verifier and refreshed`, async () => {
    const { app } = await migrating(w)
    hookKnows(w, personOf('legacy-1', 'ada@example.com'))
    const migrated = await migrate(app)
    assert.equal(migrated.status, 200)
    assert.deepEqual(Object.keys(migrated.body), ['challenge_token'])
    assert.equal(migrated.headers.get('cache-control'), 'no-store')

    const { userId, claims, key, refreshToken } = await moveOver(w, app)
    assert.equal(claims.sub, userId)
    assert.deepEqual(claims.amr, ['legacy'])
    assert.deepEqual(claims.cnf, { jkt: key.thumbprint })
    const refreshed = await postProven(app, REFRESH, key, { headers: { 'x-refresh-token': refreshToken } })
    assert.equal(refreshed.status, 200)
    assert.equal(claimsOf(refreshed.body.access_token).sub, userId)
    assert.notEqual(refreshTokenOf(refreshed), refreshToken)
  })

  test(`${engine}: whoever has the challenge token but not the verifier gets nothing, and uses it up`, async () => {
    const { app } = await migrating(w)
    hookKnows(w, personOf('legacy-1', 'ada@example.com'))
    const { body, verifier } = await migrate(app)
    assertRefused(await finalizeWith(app, undefined, body.challenge_token), 'bad_request', 'bad_request')
    const thief = await finalizeWith(app, undefined, body.challenge_token, { verifier: pkce().verifier })
    assertRefused(thief, 'bad_request', 'bad_request')
    const late = await finalizeWith(app, undefined, body.challenge_token, { verifier })
    assertRefused(late, 'token_reused', 'conflict')
  })

  test(`${engine}: the hook is told the application, the token and the signals, and nothing else`, async () => {
    const { app } = await migrating(w)
    hookKnows(w, personOf('legacy-1', 'ada@example.com'))
    const headers = { 'user-agent': SAFARI, cookie: 'a=b', authorization: 'Bearer x', 'x-forwarded-for': '203.0.113.9' }
    await migrate(app, 'legacy "session" ü', headers)
    const call = w.outbound.at(-1) as OutboundRequest
    assert.deepEqual(JSON.parse(call.body ?? ''), {
      app_id: app.id,
      token: 'legacy "session" ü',
      signals: { user_agent: SAFARI, platform: 'WEB', ip: '203.0.113.9' },
    })
    const { 'x-webhook-signature': signature, 'x-webhook-signature-key-id': keyId, ...rest } = call.headers ?? {}
    assert.ok(signature && keyId)
    assert.deepEqual(rest, {
      'content-type': 'application/json',
      accept: 'application/json',
      'content-length': String(Buffer.byteLength(call.body ?? '')),
      'user-agent': 'Prelude-SessionMigrationHook/1.0',
    })
    const { method, url, timeoutMs, maxBytes } = call
    assert.deepEqual(
      { method, url, timeoutMs, maxBytes },
      { method: 'POST', url: HOOK, timeoutMs: 5_000, maxBytes: 65_536 },
    )
  })

  test(`${engine}: the dispatch id is passed on`, async () => {
    const { app } = await migrating(w)
    hookKnows(w, personOf('legacy-1', 'ada@example.com'))
    const body = { token: 't', code_challenge: pkce().challenge, dispatch_id: '123e4567-e89b-12d3-a456-426614174000' }
    assert.equal((await app.call(MIGRATION, { body })).status, 200)
    const told = JSON.parse(w.outbound.at(-1)?.body ?? '')
    assert.deepEqual(Object.keys(told).sort(), ['app_id', 'dispatch_id', 'signals', 'token'])
    assert.equal(told.dispatch_id, body.dispatch_id)
  })

  for (const [name, headers, platform] of PLATFORMS) {
    test(`${engine}: the platform of ${name} is ${platform}`, async () => {
      const { app } = await migrating(w)
      hookKnows(w, personOf('legacy-1', 'ada@example.com'))
      await migrate(app, 'token', headers)
      const { signals } = JSON.parse(w.outbound.at(-1)?.body ?? '')
      assert.deepEqual(signals, { user_agent: headers['user-agent'] ?? '', platform, ip: '127.0.0.1' })
    })
  }

  test(`${engine}: the call is signed with a key that the application publishes`, async () => {
    const { app } = await migrating(w)
    hookKnows(w, personOf('legacy-1', 'ada@example.com'))
    await migrate(app, 'ünïcödé')
    const { body = '', headers = {} } = w.outbound.at(-1) ?? {}
    const { keys } = (await app.call('/.well-known/jwks.json')).body
    const jwk = keys.find(({ kid }: { kid: string }) => kid === headers['x-webhook-signature-key-id'])
    assert.deepEqual([jwk.kty, jwk.alg, jwk.use], ['RSA', 'PS256', 'sig'])
    const key = {
      key: createPublicKey({ format: 'jwk', key: jwk }),
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    }
    const signature = Buffer.from(headers['x-webhook-signature'] ?? '', 'base64url')
    assert.equal(signature.toString('base64url'), headers['x-webhook-signature'])
    assert.ok(verify('sha256', Buffer.from(body), key, signature))
    assert.ok(!verify('sha256', Buffer.from(`${body} `), key, signature))
  })

  test(`${engine}: the user is created with all that the hook knows`, async () => {
    const { app } = await migrating(w)
    await allow(app, 'read', 'write')
    hookKnows(w, {
      user: {
        external_id: 'legacy-1',
        identifiers: [
          { type: 'email_address', value: 'Ada@Example.com' },
          { type: 'phone_number', value: '+44 7911 123456' },
          { type: 'email_address', value: 'new@example.com', verified: false },
        ],
        profile: { first_name: 'Ada' },
        scopes: ['read', 'write'],
        oauth: [{ provider: 'google', subject: '108' }],
      },
    })
    const { userId, claims } = await moveOver(w, app)
    assert.equal(claims.scope, 'read write')
    const now = rfc3339(w.deps.now())
    assert.deepEqual(await shown(app, userId), {
      id: userId,
      external_id: 'legacy-1',
      status: 'active',
      identifiers: [
        { type: 'email_address', value: 'ada@example.com' },
        { type: 'phone_number', value: '+447911123456' },
      ],
      scopes: ['read', 'write'],
      profile: { first_name: 'Ada' },
      created_at: now,
      updated_at: now,
    })
    assert.equal(await holderOf(w, app, 'google', '108'), userId)
    const [created, ...more] = await eventsOf(w, app, 'user.created')
    assert.deepEqual(more, [])
    assert.equal(created?.source, 'migration')
    assert.equal(created?.user_id, userId)
    assert.deepEqual(created?.profile, { first_name: 'Ada' })
    assert.equal((await eventsOf(w, app, 'user.identifier.created')).length, 2)
  })

  for (const [name, change] of BAD_BODIES) {
    test(`${engine}: refused before the hook is asked: ${name}`, async () => {
      const calls = w.outbound.length
      const body = { token: 'legacy-session', code_challenge: pkce().challenge, ...change }
      assertRefused(await quiet.call(MIGRATION, { body }), 'bad_request', 'bad_request')
      assert.equal(w.outbound.length, calls)
      assert.deepEqual((await progressOf(quiet)).failures, [])
    })
  }

  test(`${engine}: a body that is no JSON, or none at all, is refused`, async () => {
    const { app } = await migrating(w)
    for (const body of ['{', 'null', '[]'])
      assertRefused(await app.call(MIGRATION, { body }), 'bad_request', 'bad_request')
    assertRefused(await app.call(MIGRATION, { method: 'POST' }), 'bad_request', 'bad_request')
  })

  test(`${engine}: members it does not know are ignored`, async () => {
    const { app } = await migrating(w)
    hookKnows(w, personOf('legacy-1', 'ada@example.com'))
    const body = { token: 't', code_challenge: pkce().challenge, code_challenge_method: 'S256', x: [null] }
    assert.equal((await app.call(MIGRATION, { body })).status, 200)
  })

  test(`${engine}: without a configuration there is no migration, whatever the token`, async () => {
    const app = await application(w)
    const calls = w.outbound.length
    assertRefused(await migrate(app), 'bad_request', 'bad_request')
    assert.equal(w.outbound.length, calls)
    assert.deepEqual(await eventsOf(w, app, 'migration.hook_failed'), [])
    assert.deepEqual((await progressOf(app)).failures, [
      { reason: 'not_configured', count: 1, last_at: rfc3339(w.deps.now()) },
    ])
  })

  test(`${engine}: a replaced configuration holds from the next call on`, async () => {
    const { app } = await migrating(w)
    hookKnows(w, personOf('legacy-1', 'ada@example.com'))
    await migrate(app)
    const body = { session_validation_url: 'https://next.example.com/' }
    await app.manage(CONFIG, { method: 'PUT', body })
    await migrate(app)
    assert.equal(w.outbound.at(-1)?.url, body.session_validation_url)
  })
}
