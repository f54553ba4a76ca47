import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { assertInvalid } from '../../../test/house/management.ts'
import { ENGINES, world } from '../../../test/world.ts'
import { settingsGroups } from '../../server.ts'

const read = async (app: TestApp) => (await app.manage('/settings')).body.settings
const patch = (app: TestApp, settings: unknown) => app.manage('/settings', { method: 'PATCH', body: { settings } })

for (const engine of ENGINES) {
  const w = await world(engine)

  test(`${engine}: every declared setting is shown with its default`, async () => {
    const app = await application(w)
    const { status, body } = await app.manage('/settings')
    assert.equal(status, 200)
    assert.ok(settingsGroups.length > 0)
    const defaults = settingsGroups.map((group) => [group.name, group.schema.parse({})])
    assert.deepEqual(body, { settings: Object.fromEntries(defaults) })
  })

  test(`${engine}: a change sets what it names, null sets back to the default, and the rest stays`, async () => {
    const app = await application(w)
    const defaults = await read(app)
    const first = await patch(app, { sessions: { idle_lifetime_seconds: 600, issuer: 'https://issuer.example.com' } })
    assert.equal(first.status, 200)
    await patch(app, { sessions: { refresh_grace_seconds: 0 }, finalize: { failures_per_ip: 5 } })
    const second = await patch(app, { sessions: { issuer: null } })
    const wanted = {
      ...defaults,
      sessions: { ...defaults.sessions, idle_lifetime_seconds: 600, refresh_grace_seconds: 0 },
      finalize: { failures_per_ip: 5 },
    }
    assert.deepEqual(second.body, { settings: wanted })
    assert.deepEqual(await read(app), wanted)
    const elsewhere = await application(w)
    assert.deepEqual(await read(elsewhere), defaults)

    const all = Object.keys(defaults.sessions).map((name) => [name, null])
    await patch(app, { sessions: Object.fromEntries(all), finalize: { failures_per_ip: null } })
    assert.deepEqual(await read(app), defaults)
  })

  test(`${engine}: a change is in force with the next request`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    await patch(app, { sessions: { issuer: 'https://issuer.example.com', access_token_lifetime_seconds: 120 } })
    assert.equal((await client.post(REFRESH)).status, 200)
    const { iss, iat, exp } = claimsOf(client.accessToken)
    assert.deepEqual([iss, Number(exp) - Number(iat)], ['https://issuer.example.com', 120])
  })

  test(`${engine}: an unknown group or member or a bad value is refused with its place, and nothing is kept`, async () => {
    const app = await application(w)
    const defaults = await read(app)
    const good = { refresh_grace_seconds: 1 }
    assertInvalid(await patch(app, { sessions: good, nothing: {} }), 'body.settings.nothing')
    assertInvalid(await patch(app, { sessions: { ...good, nothing: 1 } }), 'body.settings.sessions.nothing')
    assertInvalid(await patch(app, { sessions: { ...good, nothing: null } }), 'body.settings.sessions.nothing')
    assertInvalid(await patch(app, { sessions: { toString: null } }), 'body.settings.sessions.toString')
    for (const [member, value] of [
      ['idle_lifetime_seconds', 59],
      ['idle_lifetime_seconds', '600'],
      ['access_token_algorithm', 'none'],
      ['country_header', 'X Country'],
    ] as const) {
      const answer = await patch(app, { sessions: { ...good, [member]: value } })
      assertInvalid(answer, `body.settings.sessions.${member}: `)
    }
    assertInvalid(await patch(app, { sessions: null }), 'body.settings.sessions')
    assertInvalid(await patch(app, undefined), 'body.settings')
    assertInvalid(await app.manage('/settings', { method: 'PATCH', body: { sessions: good } }), 'body.settings')
    assert.deepEqual(await read(app), defaults)
  })
}
