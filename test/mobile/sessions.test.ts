import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeToken, user } from '../builders.ts'
import { ADA, assertFails, byMail, codeFor, install, scenes, sessionsOf, shop, signIn } from './stage.ts'

for (const scene of await scenes()) {
  const { on, w, platform } = scene
  const isAndroid = platform.name === 'Android'

  /** A user of a new application, signed in on that many phones. */
  async function signedIn(phones: number) {
    const app = await shop(w)
    const userId = await user(w, app, { email: ADA })
    const list = Array.from({ length: phones }, () => install(scene, app))
    for (const phone of list) {
      await signIn(w, app, phone)
      w.advance(1000)
    }
    const [first, second, third] = list
    assert.ok(first)
    return { app, userId, first, second: second ?? first, third: third ?? first }
  }

  test(`${on}: refresh asks the server once the access token is over, and gets another refresh token each time`, async () => {
    const { first: phone } = await signedIn(1)
    const [access, refreshToken] = [phone.device.access?.token, phone.device.refreshToken]
    await phone.refresh()
    assert.deepEqual(phone.told(), [])
    w.advance(60_000)
    await phone.refresh()
    assert.notEqual(phone.device.access?.token, access)
    assert.notEqual(phone.device.refreshToken, refreshToken)
    w.advance(60_000)
    await phone.refresh()
    assert.deepEqual(phone.told(), ['POST /refresh 200', 'POST /refresh 200'])
  })

  test(`${on}: refreshes at the same time are one call, also when they come of answers 401`, async () => {
    const { first: phone } = await signedIn(1)
    w.advance(60_000)
    await Promise.all([phone.refresh(), phone.refresh(), phone.forceRefresh()])
    assert.deepEqual(phone.told(), ['POST /refresh 200'])
    w.advance(60_000)
    // Whoever is refused after the other has refreshed already would refresh once more.
    phone.gatherAnswers(2)
    const pages = await Promise.all([phone.listSessions(), phone.listSessions({ limit: 1 })])
    assert.deepEqual(
      pages.map(({ total, limit }) => [total, limit]),
      [
        [1, 10],
        [1, 1],
      ],
    )
    const told = phone.told()
    assert.equal(told.filter((one) => one === 'POST /refresh 200').length, 1)
    assert.equal(told.filter((one) => one.endsWith(' 401')).length, 2)
  })

  test(`${on}: a refresh whose answer was lost is made again with the same refresh token`, async () => {
    const { first: phone } = await signedIn(1)
    const spent = phone.device.refreshToken
    for (let i = 0; i < 2; i++) {
      phone.loseNextAnswer()
      await assertFails(phone.forceRefresh(), 'Generic', 'network_error')
    }
    assert.equal(phone.device.refreshToken, spent)
    await phone.forceRefresh()
    await phone.forceRefresh()
    assert.deepEqual(phone.told(), Array(4).fill('POST /refresh 200'))
  })

  test(`${on}: a refresh token of long ago ends the session`, async () => {
    const { app, userId, first: phone } = await signedIn(1)
    const old = phone.device.refreshToken
    for (let i = 0; i < 11; i++) await phone.forceRefresh()
    const current = phone.device.refreshToken
    phone.device.refreshToken = old
    await assertFails(phone.forceRefresh(), 'Unauthorized', 'unauthorized')
    phone.device.refreshToken = current
    await assertFails(phone.forceRefresh(), 'Unauthorized', 'unauthorized')
    assert.deepEqual(await sessionsOf(app, userId), [])
  })

  test(`${on}: a call with a token that is over is made again with the next one`, async () => {
    const { first: phone } = await signedIn(1)
    w.advance(60_000)
    assert.deepEqual(await phone.listIdentifiers(), [byMail])
    assert.deepEqual(phone.told(), ['GET /me/identifiers 401', 'POST /refresh 200', 'GET /me/identifiers 200'])
    w.advance(60_000)
    await phone.revokeSessions('others')
    assert.deepEqual(phone.told(), [
      'POST /me/revoke?target=others 401',
      'POST /refresh 200',
      'POST /me/revoke?target=others 204',
    ])
  })

  test(`${on}: when the session was ended elsewhere the app learns the first 401, and nothing is wiped`, async () => {
    const { app, userId, first: phone } = await signedIn(1)
    const [id] = await sessionsOf(app, userId)
    const ended = await app.manage(`/users/${userId}/sessions/${id}`, { method: 'DELETE' })
    assert.equal(ended.status, 204, JSON.stringify(ended.body))
    await assertFails(phone.listSessions(), 'Unauthorized', 'unauthorized')
    await assertFails(phone.forceRefresh(), 'Unauthorized', 'unauthorized')
    assert.deepEqual(phone.told(), ['GET /me/list 401', 'POST /refresh 401', 'POST /refresh 401'])
    assert.ok(phone.device.key && phone.device.refreshToken && phone.device.access)
    await phone.logout()
    assert.deepEqual(phone.told(), ['POST /revoke 204'])
  })

  test(`${on}: without a refresh token Android asks the server, which says unauthorized, and Apple does not`, async () => {
    const phone = install(scene, await shop(w))
    await assertFails(phone.refresh(), 'Unauthorized', 'unauthorized')
    assert.deepEqual(phone.told(), isAndroid ? ['POST /refresh 401'] : [])
  })

  test(`${on}: sessions are listed by page, newest use first, as the device that each is on`, async () => {
    const { first: phone, second, third } = await signedIn(3)
    const page = await phone.listSessions({ limit: 2, offset: 1 })
    assert.deepEqual([page.total, page.limit, page.offset], [3, 2, 1])
    assert.deepEqual(
      page.sessions.map(({ id }) => id),
      [second.profile().sid, phone.profile().sid],
    )
    const { device_model, device_type, os_version } = page.sessions[0] ?? {}
    const device = isAndroid ? ['Android', 'mobile', ''] : ['iPhone', 'mobile', '17.5.1']
    assert.deepEqual([device_model, device_type, os_version], device)
    assert.equal((await third.listSessions()).sessions.length, 3)
    for (const [change, code] of [
      [{ limit: 0 }, 'invalid_pagination_limit'],
      [{ limit: 101 }, 'invalid_pagination_limit'],
      [{ offset: -1 }, 'invalid_pagination_offset'],
    ] as const)
      await assertFails(phone.listSessions(change), 'BadRequest', code)
  })

  test(`${on}: an app ends another session, all others, or its own, which wipes what the device knew`, async () => {
    const { app, userId, first, second, third } = await signedIn(3)
    await first.revokeSessions('session', second.profile().sid)
    await assertFails(second.forceRefresh(), 'Unauthorized', 'unauthorized')
    await assertFails(first.revokeSessions('session', second.profile().sid), 'NotFound', 'not_found')
    await assertFails(first.revokeSessions('session'), 'BadRequest', 'bad_request')
    assert.ok(first.device.refreshToken)
    await first.revokeSessions('others')
    await assertFails(third.forceRefresh(), 'Unauthorized', 'unauthorized')
    assert.deepEqual(await sessionsOf(app, userId), [first.profile().sid])

    await first.revokeSessions('session', first.profile().sid)
    const { key, nonce, refreshToken, access } = first.device
    assert.deepEqual([key, nonce, refreshToken, access], [undefined, undefined, undefined, undefined])
    assert.deepEqual(await sessionsOf(app, userId), [])
    for (const target of ['all', 'mine'] as const) {
      await signIn(w, app, first)
      await first.revokeSessions(target)
      assert.deepEqual(await sessionsOf(app, userId), [])
    }
  })

  test(`${on}: logging in again names the session before, which ends; the key and the device stay`, async () => {
    const { app, userId, first: phone, second: other } = await signedIn(2)
    const [before, previous, key] = [phone.profile().sid, phone.device.refreshToken, phone.device.key]
    await signIn(w, app, phone)
    assert.notEqual(phone.profile().sid, before)
    assert.equal(phone.device.key, key)
    assert.deepEqual((await sessionsOf(app, userId)).sort(), [phone.profile().sid, other.profile().sid].sort())
    assert.ok(previous && phone.device.refreshToken !== previous)
  })

  test(`${on}: finalize carries the refresh token of the session before, and one that means nothing is ignored`, async () => {
    const { app, userId, first: phone } = await signedIn(1)
    phone.device.refreshToken = 'rt_of_long_ago'
    await phone.startOTPLogin(byMail)
    await phone.checkOTP(await codeFor(w, app))
    assert.equal(phone.exchanges.at(-1)?.headers['x-refresh-token'], 'rt_of_long_ago')
    // The key tells that it is the same phone.
    assert.deepEqual(await sessionsOf(app, userId), [phone.profile().sid])
  })

  test(`${on}: a finalize whose answer was lost is made again with the same challenge token`, async () => {
    const { app, userId, first: phone } = await signedIn(1)
    await phone.logout()
    const token = await challengeToken(w, app, userId)
    phone.loseNextAnswer()
    await assertFails(phone.finalize(token), 'Generic', 'network_error')
    await phone.finalize(token)
    assert.deepEqual(await sessionsOf(app, userId), [phone.profile().sid])
    await phone.forceRefresh()
    await assertFails(phone.finalize(token), 'TokenReused', 'token_reused')
  })

  test(`${on}: another key than the session's may not use it, but log out of it`, async () => {
    const { first: phone, second: thief } = await signedIn(2)
    thief.device.refreshToken = phone.device.refreshToken
    await assertFails(thief.forceRefresh(), 'Unauthorized', 'dpop_key_mismatch')
    await phone.forceRefresh()
    thief.device.refreshToken = phone.device.refreshToken
    await thief.logout()
    await assertFails(phone.forceRefresh(), 'Unauthorized', 'unauthorized')
  })
}
