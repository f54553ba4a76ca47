import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, login, REFRESH, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import { challenged, configure, direct, doCodeStep, refreshWith, scopesOf } from '../../../test/house/step-up.ts'
import { consumeGrant } from '../../core/grants/store.ts'

for (const { engine, w } of await stages()) {
  async function story(grantMode: string, grantedFor: number) {
    const app = await application(w)
    await configure(app, direct('pay', { status: 'continue', grant_mode: grantMode, granted_for: grantedFor }))
    const userId = await user(w, app, { email: 'ana@example.com', scopes: ['read'] })
    const client = await login(w, app, userId)
    const completed = await challenged(app, client, 'pay')
    return { app, client, completed, other: await login(w, app, userId) }
  }

  test(`${engine}: a single-use scope rides on one token, and is gone after the next refresh`, async () => {
    const { client, completed, other } = await story('single-use', 0)
    assert.equal((await refreshWith(client, completed)).status, 200)
    assert.deepEqual(scopesOf(client), ['read', 'pay'])
    assert.equal(claimsOf(client.accessToken).jti, claimsOf(completed).jti)
    await other.post(REFRESH)
    assert.deepEqual(scopesOf(other), ['read'])
    await client.post(REFRESH)
    assert.deepEqual(scopesOf(client), ['read'])
  })

  test(`${engine}: a session-bound scope is in every token of its session, to the end of its time and no longer`, async () => {
    const { client, completed, other } = await story('session-bound', 300)
    await refreshWith(client, completed)
    assert.deepEqual(scopesOf(client), ['read', 'pay'])
    w.advance(299_999)
    await client.post(REFRESH)
    assert.deepEqual(scopesOf(client), ['read', 'pay'])
    await other.post(REFRESH)
    assert.deepEqual(scopesOf(other), ['read'])
    w.advance(1)
    await client.post(REFRESH)
    assert.deepEqual(scopesOf(client), ['read'])
  })

  test(`${engine}: a profile-bound scope is in the tokens of each session of its user, later ones too, for its time`, async () => {
    const { app, client, completed, other } = await story('profile-bound', 300)
    await refreshWith(client, completed)
    await other.post(REFRESH)
    const later = await login(w, app, client.userId)
    const stranger = await login(w, app, await user(w, app, { email: 'bo@example.com' }))
    for (const one of [client, other, later]) assert.deepEqual(scopesOf(one), ['read', 'pay'])
    assert.deepEqual(scopesOf(stranger), [])
    w.advance(300_000)
    for (const one of [client, other, later]) {
      await one.post(REFRESH)
      assert.deepEqual(scopesOf(one), ['read'])
    }
  })

  for (const mode of ['single-use', 'session-bound', 'profile-bound']) {
    test(`${engine}: a step-up token grants once: asked again within a minute it answers the same ${mode} grant, then nothing`, async () => {
      const { app, client, completed } = await story(mode, mode === 'single-use' ? 0 : 300)
      await refreshWith(client, completed)
      const { jti } = claimsOf(client.accessToken)
      w.advance(59_999)
      assert.equal((await refreshWith(client, completed)).status, 200)
      assert.deepEqual(scopesOf(client), ['read', 'pay'])
      assert.equal(claimsOf(client.accessToken).jti, jti)
      const holder = { userId: client.userId, sessionId: client.sessionId, jti: String(jti) }
      const consume = () => w.deps.transact((tx) => consumeGrant(tx, app.id, holder, 'pay', w.deps.now()))
      assert.equal(await consume(), true)
      assert.equal(await consume(), false)
      await refreshWith(client, completed)
      assert.deepEqual(scopesOf(client), ['read'])
      w.advance(1)
      assertRefused(await refreshWith(client, completed), 'token_reused', 'conflict')
      assert.equal((await client.post(REFRESH)).status, 200)
    })
  }

  test(`${engine}: a step-up token is for its own session, and for one with all steps done`, async () => {
    const app = await application(w)
    await configure(app, direct('pay'))
    const userId = await user(w, app, { email: 'ana@example.com' })
    const [client, other] = [await login(w, app, userId), await login(w, app, userId)]
    const token = await challenged(app, client, 'pay')
    assertRefused(await refreshWith(client, token), 'step_not_completed', 'bad_request')
    const completed = await doCodeStep(w, app, client, token)
    assertRefused(await refreshWith(other, completed), 'token_mismatch', 'bad_request')
    w.advance(600_000)
    assertRefused(await refreshWith(client, completed), 'expired_challenge_token', 'bad_request')
    assert.deepEqual(scopesOf(client), [])
  })

  test(`${engine}: what a scope protects answers how to get it, and uses it up`, async () => {
    const app = await application(w)
    const scope = 'prld:identifiers:write'
    await configure(app, direct(scope, { status: 'continue', grant_mode: 'single-use' }))
    const person = { email: 'ana@example.com', phone: '+33612345678' }
    const client = await login(w, app, await user(w, app, person))
    const remove = () => client.bearer('/v1/session/me/identifiers/phone_number/+33612345678', { method: 'DELETE' })
    const refused = await remove()
    assertRefused(refused, 'insufficient_scope', 'forbidden')
    const challenge = refused.headers.get('www-authenticate') ?? ''
    assert.match(challenge, /^Bearer error="insufficient_user_authentication"/)
    assert.ok(challenge.includes(`scope="${scope}"`))
    await refreshWith(client, await challenged(app, client, scope))
    assert.equal((await remove()).status, 204)
    assertRefused(await remove(), 'insufficient_scope', 'forbidden')
  })
}
