import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, claimsOf, dpopKey, REFRESH, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { claimsIn, loginByCode, NEW, WEB } from '../../../test/house/codes.ts'
import { logIn, PASSWORD, passwordApp, signUp } from '../../../test/house/passwords.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith, postProven } from '../../../test/house/tokens.ts'
import type { World } from '../../../test/world.ts'
import { listIdentifiers } from '../../core/identifiers/store.ts'
import { rfc3339 } from '../../platform/clock.ts'

const EMAIL = 'rosa@example.com'

const squattable = async (w: World, otp: object = {}): Promise<TestApp> => {
  const app = await passwordApp(w, { sign_up_enabled: true })
  await app.manage('/settings', { method: 'PATCH', body: { settings: { otp } } })
  return app
}

/** Sign up with an address that nobody proves, and open a session. */
async function squat(w: World, app: TestApp) {
  const key = await dpopKey(w)
  const answer = await finalizeWith(app, key, (await signUp(app, EMAIL, PASSWORD)).body.challenge_token)
  const userId = String(claimsOf(answer.body.access_token).sub)
  const refresh = (last: Answer) =>
    postProven(app, REFRESH, key, { headers: { 'x-refresh-token': last.headers.get('x-refresh-token') ?? '' } })
  return { userId, answer, refresh }
}

for (const { engine, w } of await stages()) {
  test(`${engine}: before anything else happens to an account that changes hands, the application is told so`, async () => {
    const app = await squattable(w)
    const { userId } = await squat(w, app)
    const eventTypes = async (): Promise<string[]> => {
      const { events } = (await app.manage('/events')).body
      return events.map(({ type }: { type: string }) => type).reverse()
    }
    const known = (await eventTypes()).length
    assert.equal(claimsOf((await loginByCode(w, app, WEB, EMAIL)).body.access_token).sub, userId)
    assert.deepEqual((await eventTypes()).slice(known), [
      'user.reclaimed',
      'user.session.revoked',
      'user.identifier.created',
      'user.session.created',
    ])
    assert.deepEqual(await eventsOf(w, app, 'user.reclaimed'), [
      { user_id: userId, identifier: { type: 'email_address', value: EMAIL }, reclaimed_at: rfc3339(w.deps.now()) },
    ])
    await loginByCode(w, app, NEW, EMAIL)
    assert.equal((await eventsOf(w, app, 'user.reclaimed')).length, 1)
  })

  for (const sign_up of ['open', 'existing_only']) {
    test(`${engine}: with \`separate\` the owner starts afresh, and the account keeps nothing that the address opens (${sign_up})`, async () => {
      const app = await squattable(w, { reclaim: 'separate', sign_up })
      const { userId, answer, refresh } = await squat(w, app)
      const owner = String(claimsIn(await loginByCode(w, app, NEW, EMAIL)).sub)
      assert.notEqual(owner, userId)
      assert.deepEqual(await listIdentifiers(w.deps.db, app.id, [userId]), [])
      assert.deepEqual((await app.manage(`/users/${owner}`)).body.user.identifiers, [
        { type: 'email_address', value: EMAIL },
      ])
      assertRefused(await refresh(answer), 'unauthorized', 'unauthorized')
      assertRefused(await logIn(app, EMAIL, PASSWORD), 'unauthorized', 'unauthorized')
      assert.deepEqual(await eventsOf(w, app, 'user.reclaimed'), [])
      assert.equal(claimsIn(await loginByCode(w, app, NEW, EMAIL)).sub, owner)
    })
  }

  test(`${engine}: tokens of an account that has proven nothing say so, from login on and at every refresh, until it has`, async () => {
    const app = await squattable(w)
    const { userId, answer, refresh } = await squat(w, app)
    const first = await refresh(answer)
    const repeated = await refresh(answer)
    for (const one of [answer, first, repeated]) assert.equal(claimsOf(one.body.access_token).unproven, true)

    const body = { identifier: { type: 'phone_number', value: '+33612345678' } }
    await app.manage(`/users/${userId}/identifiers`, { body })
    const proven = await refresh(first)
    assert.ok(!('unproven' in claimsOf(proven.body.access_token)))
    assert.ok(!('unproven' in claimsOf((await refresh(first)).body.access_token)))
    await app.manage(`/users/${userId}/identifiers`, { method: 'DELETE', body })
    assert.equal(claimsOf((await refresh(proven)).body.access_token).unproven, true)
  })

  test(`${engine}: whoever takes an account over by its address has proven something from the first token on`, async () => {
    const app = await squattable(w)
    await squat(w, app)
    const answer = await loginByCode(w, app, WEB, EMAIL)
    assert.ok(!('unproven' in claimsOf(answer.body.access_token)))
  })
}
