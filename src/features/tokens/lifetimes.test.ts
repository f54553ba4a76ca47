import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { assertInvalid } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { rfc3339 } from '../../platform/clock.ts'

const DAY = 86_400
const PATH = '/config/tokens'

const read = async (app: TestApp) => (await app.manage(PATH)).body.config
const put = (app: TestApp, body: unknown) => app.manage(PATH, { method: 'PUT', body: body as object })

for (const { engine, w } of await stages()) {
  test(`${engine}: lifetimes are read before anybody has set them, and set one without the other`, async () => {
    const app = await application(w)
    const defaults = { access_token_ttl_seconds: 60, refresh_token_ttl_seconds: 30 * DAY }
    assert.deepEqual(await read(app), defaults)
    const first = await put(app, { access_token_ttl_seconds: 300 })
    assert.equal(first.status, 200)
    assert.deepEqual(first.body, { config: { ...defaults, access_token_ttl_seconds: 300 } })
    await put(app, { refresh_token_ttl_seconds: DAY })
    const both = { access_token_ttl_seconds: 300, refresh_token_ttl_seconds: DAY }
    assert.deepEqual((await put(app, {})).body, { config: both })
    assert.deepEqual(await read(app), both)
    assert.deepEqual(await read(await application(w)), defaults)
  })

  test(`${engine}: settings and this say the same, and other settings stay`, async () => {
    const app = await application(w)
    const sessions = { refresh_grace_seconds: 5, access_token_lifetime_seconds: 120 }
    await app.manage('/settings', { method: 'PATCH', body: { settings: { sessions } } })
    assert.equal((await read(app)).access_token_ttl_seconds, 120)
    await put(app, { refresh_token_ttl_seconds: 3600 })
    const { settings } = (await app.manage('/settings')).body
    const { refresh_grace_seconds, access_token_lifetime_seconds, idle_lifetime_seconds } = settings.sessions
    assert.deepEqual([refresh_grace_seconds, access_token_lifetime_seconds, idle_lifetime_seconds], [5, 120, 3600])
  })

  test(`${engine}: new lifetimes are those of tokens issued from then on`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const lifeOf = () => {
      const { iat, exp } = claimsOf(client.accessToken) as { iat: number; exp: number }
      return exp - iat
    }
    await put(app, { access_token_ttl_seconds: 600, refresh_token_ttl_seconds: 3600 })
    assert.equal(lifeOf(), 60)
    w.advance(2 * DAY * 1000)
    const answer = await client.post(REFRESH)
    assert.equal(answer.status, 200)
    assert.equal(lifeOf(), 600)
    assert.equal(answer.headers.get('x-refresh-token-expires-at'), rfc3339(w.deps.now() + 3_600_000))
    w.advance(3_600_000)
    assert.equal((await client.post(REFRESH)).status, 401)
  })

  test(`${engine}: what is no lifetime is refused by its name, and nothing changes`, async () => {
    const app = await application(w)
    for (const [member, values] of Object.entries({
      access_token_ttl_seconds: [9, 3601, 60.5, '60', null],
      refresh_token_ttl_seconds: [59, 3650 * DAY + 1, null],
    }))
      for (const value of values) assertInvalid(await put(app, { [member]: value }), `body.${member}`)
    const crossed = { access_token_ttl_seconds: 3600, refresh_token_ttl_seconds: 3599 }
    assertInvalid(await put(app, crossed), 'body.refresh_token_ttl_seconds')
    assert.deepEqual(await read(app), { access_token_ttl_seconds: 60, refresh_token_ttl_seconds: 30 * DAY })
    assert.equal((await put(app, { access_token_ttl_seconds: 3600, refresh_token_ttl_seconds: 3600 })).status, 200)
  })
}
