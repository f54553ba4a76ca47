import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type Client, grant, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import {
  assertOverloaded,
  fillHashQueue,
  logIn,
  PASSWORD,
  PASSWORD_CONFIG,
  passwordApp,
  RESET,
  storedPassword,
  userWithPassword,
} from '../../../test/house/passwords.ts'
import { eventsOf, sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'

const EMAIL = 'ada@example.com'
const SCOPE = 'prld:pwd:write'
const NEW = 'a quite different one'

const reset = (client: Client, password: unknown = NEW) => client.bearer(RESET, { method: 'POST', body: { password } })

async function withScope(w: World, app: TestApp, userId: string): Promise<Client> {
  const client = await login(w, app, userId)
  await grant(w, app, client, SCOPE)
  return client
}

function assertScopeMissing(answer: Awaited<ReturnType<typeof reset>>) {
  assertRefused(answer, 'insufficient_scope', 'forbidden')
  const challenge = answer.headers.get('www-authenticate') ?? ''
  assert.match(challenge, /error="insufficient_user_authentication"/)
  assert.match(challenge, /scope="prld:pwd:write"/)
}

for (const { engine, w } of await stages()) {
  test(`${engine}: the password is changed, the other sessions end, this one lives on, and the scope is used up`, async () => {
    const app = await passwordApp(w)
    const userId = await userWithPassword(w, app, EMAIL)
    const others = [await login(w, app, userId), await login(w, app, userId, 'cookie')]
    const stranger = await login(w, app, await user(w, app))
    const client = await withScope(w, app, userId)
    assertNoContent(await reset(client))
    assertRefused(await logIn(app, EMAIL, PASSWORD), 'unauthorized', 'unauthorized')
    assert.equal((await logIn(app, EMAIL, NEW)).status, 200)
    for (const other of others) {
      assertRefused(await other.post(REFRESH), 'unauthorized', 'unauthorized')
      assert.equal((await sessionRow(w, app, other.sessionId)).end_reason, 'password_changed')
    }
    assert.equal((await stranger.post(REFRESH)).status, 200)
    assert.deepEqual(
      (await eventsOf(w, app, 'user.session.revoked')).map(({ reason }) => reason),
      ['password_changed', 'password_changed'],
    )

    assertScopeMissing(await reset(client, 'and yet another one'))
    assert.equal((await client.post(REFRESH)).status, 200)
    assertScopeMissing(await reset(client, 'and yet another one'))
    assert.equal((await logIn(app, EMAIL, NEW)).status, 200)
  })

  test(`${engine}: a user without a password gets the first one so`, async () => {
    const app = await passwordApp(w)
    const userId = await user(w, app, { email: EMAIL })
    assertNoContent(await reset(await withScope(w, app, userId)))
    assert.equal((await logIn(app, EMAIL, NEW)).status, 200)
  })

  test(`${engine}: without the scope nothing is changed, and the answer says how to get it`, async () => {
    const app = await passwordApp(w)
    const userId = await userWithPassword(w, app, EMAIL)
    const client = await login(w, app, userId)
    assertScopeMissing(await reset(client))
    await grant(w, app, client, 'prld:passkey:write')
    assertScopeMissing(await reset(client))
    assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 200)
  })

  test(`${engine}: a password that breaks the rules is refused with the reason, and the scope is kept`, async () => {
    const app = await passwordApp(w)
    const client = await withScope(w, app, await user(w, app, { email: EMAIL }))
    for (const [password, reason] of [
      ['short', 'at least 8 characters'],
      ['', 'at least 8 characters'],
      ['x'.repeat(129), 'at most 128 characters'],
      ['iloveyou', 'most common'],
    ] as const) {
      const answer = await reset(client, password)
      assertRefused(answer, 'invalid_password', 'bad_request')
      assert.ok(answer.body.message.includes(reason), answer.body.message)
    }
    assertNoContent(await reset(client))
  })

  test(`${engine}: a body without a password, or with none that is text, is a bad request`, async () => {
    const app = await passwordApp(w)
    const client = await withScope(w, app, await user(w, app))
    assertRefused(await client.bearer(RESET, { method: 'POST' }), 'bad_request', 'bad_request')
    assertRefused(await reset(client, 12345678), 'bad_request', 'bad_request')
  })

  test(`${engine}: where login by password is not configured, it is a bad request, and the scope is kept`, async () => {
    const app = await application(w)
    const client = await withScope(w, app, await user(w, app))
    assertRefused(await reset(client), 'bad_request', 'bad_request')
    await app.manage(PASSWORD_CONFIG, { body: (await (await passwordApp(w)).manage(PASSWORD_CONFIG)).body.config })
    assertNoContent(await reset(client))
  })

  test(`${engine}: a session that has ended changes nothing`, async () => {
    const app = await passwordApp(w)
    const userId = await user(w, app)
    const client = await withScope(w, app, userId)
    await app.manage(`/users/${userId}/sessions/invalidate`, { method: 'POST' })
    assertRefused(await reset(client), 'unauthorized', 'unauthorized')
    assertRefused(await app.call(RESET, { body: { password: NEW } }), 'unauthorized', 'unauthorized')
    assert.equal(await storedPassword(w, app, userId), undefined)
  })

  test(`${engine}: a session that ends while the new password is judged changes nothing`, async () => {
    const app = await passwordApp(w, { breached_lookup: { enabled: true, range_url: 'https://range.test' } })
    const userId = await user(w, app)
    const client = await withScope(w, app, userId)
    w.fakeNetwork(async () => {
      await app.manage(`/users/${userId}/sessions/invalidate`, { method: 'POST' })
      return { kind: 'answered', status: 200, headers: {}, body: Buffer.from('') }
    })
    assertRefused(await reset(client), 'unauthorized', 'unauthorized')
    assert.equal(await storedPassword(w, app, userId), undefined)
  })

  test(`${engine}: a user has only so many new passwords judged and hashed in ten minutes, spent scope or not`, async () => {
    const app = await passwordApp(w)
    const client = await withScope(w, app, await user(w, app))
    for (let i = 0; i < 30; i++) assertRefused(await reset(client, 'short'), 'invalid_password', 'bad_request')
    const limited = await reset(client)
    assertRefused(limited, 'rate_limited', 'rate_limited')
    assert.equal(limited.headers.get('retry-after'), '600')
    const other = await withScope(w, app, await user(w, app))
    assertNoContent(await reset(other))
  })

  test(`${engine}: a proof that comes along must hold, and be by the key of the token`, async () => {
    const app = await passwordApp(w)
    const client = await withScope(w, app, await user(w, app))
    const stranger = await login(w, app, await user(w, app))
    const { createHash } = await import('node:crypto')
    const ath = createHash('sha256').update(client.accessToken).digest('base64url')
    const proofBy = (one: Client) => one.key?.proof(`${app.origin}${RESET}`, { claims: { ath } })
    const send = async (dpop = '') =>
      client.bearer(RESET, { method: 'POST', body: { password: NEW }, headers: { dpop } })
    assertRefused(await send(`${await proofBy(client)}x`), 'invalid_dpop_proof', 'unauthorized')
    assertRefused(await send(await proofBy(stranger)), 'dpop_key_mismatch', 'unauthorized')
    const old = await client.key?.proof(`${app.origin}${RESET}`, { claims: { ath, iat: 1 } })
    assertRefused(await send(old), 'use_dpop_nonce', 'bad_request')
    assertNoContent(await send(await proofBy(client)))
  })

  test(`${engine}: changes wait for a hash like logins; who is put off keeps the scope`, async () => {
    const app = await passwordApp(w)
    const client = await withScope(w, app, await user(w, app))
    const release = fillHashQueue(w)
    assertOverloaded(await reset(client))
    await release()
    assertNoContent(await reset(client))
  })
}
