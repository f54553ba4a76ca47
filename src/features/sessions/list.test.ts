import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  application,
  type Client,
  challengeToken,
  claimsOf,
  dpopKey,
  login,
  REFRESH,
  type TestApp,
  user,
} from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { ENGINES, type World, world } from '../../../test/world.ts'
import { rfc3339 } from '../../platform/clock.ts'

const LIST = '/v1/session/me/list'
const DAY_MS = 86_400_000

/** Log in with these headers and answer how the session is listed. */
async function listedSession(w: World, app: TestApp, headers: Record<string, string>) {
  const answer = await finalizeWith(app, await dpopKey(w), await challengeToken(w, app, await user(w, app)), {
    headers,
  })
  const authorization = `Bearer ${answer.body.access_token}`
  const { sessions } = (await app.call(LIST, { headers: { authorization } })).body
  assert.equal(sessions.length, 1)
  assert.equal(sessions[0].id, claimsOf(answer.body.access_token).sid)
  return sessions[0]
}

const idsOf = (body: { sessions: { id: string }[] }) => body.sessions.map((session) => session.id)

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  async function manySessions(count: number): Promise<Client[]> {
    const userId = await user(w, app)
    const clients: Client[] = []
    for (let i = 0; i < count; i++) {
      w.advance(1000)
      clients.push(await login(w, app, userId))
    }
    return clients
  }

  test(`${engine}: a session is listed with all eight members, none of them null`, async () => {
    const createdAt = w.deps.now()
    const client = await login(w, app, await user(w, app))
    w.advance(3_600_000)
    await client.post(REFRESH)
    const answer = await client.bearer(LIST)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.match(answer.body.sessions[0].expires_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.deepEqual(answer.body, {
      sessions: [
        {
          id: client.sessionId,
          device_model: '',
          device_type: 'unknown',
          os_version: '',
          country_code: 'ZZ',
          created_at: rfc3339(createdAt),
          last_seen_at: rfc3339(w.deps.now()),
          expires_at: rfc3339(w.deps.now() + 30 * DAY_MS),
        },
      ],
      total: 1,
      limit: 10,
      offset: 0,
    })
  })

  test(`${engine}: the session that was seen last comes first`, async () => {
    const [first, second, third] = await manySessions(3)
    const order = async () => idsOf((await third?.bearer(LIST))?.body)
    assert.deepEqual(await order(), [third?.sessionId, second?.sessionId, first?.sessionId])
    w.advance(1000)
    await first?.post(REFRESH)
    assert.deepEqual(await order(), [first?.sessionId, third?.sessionId, second?.sessionId])
  })

  test(`${engine}: sessions that ended, expired or belong to somebody else are not listed`, async () => {
    const brief = await application(w, { settings: { sessions: { idle_lifetime_seconds: 3600 } } })
    const userId = await user(w, brief)
    await login(w, brief, userId)
    w.advance(3_600_000)
    const here = await login(w, brief, userId)
    await (await login(w, brief, userId)).post('/v1/session/revoke')
    await login(w, brief, await user(w, brief))
    const { body } = await here.bearer(LIST)
    assert.deepEqual([idsOf(body), body.total], [[here.sessionId], 1])
  })

  test(`${engine}: the list is read page by page`, async () => {
    const clients = await manySessions(12)
    const expected = clients.map((client) => client.sessionId).toReversed()
    const last = clients.at(-1) as Client
    const page = async (query: string) => (await last.bearer(`${LIST}${query}`)).body
    for (const [query, from, to, limit, offset] of [
      ['', 0, 10, 10, 0],
      ['?limit=5', 0, 5, 5, 0],
      ['?limit=5&offset=5', 5, 10, 5, 5],
      ['?offset=10', 10, 12, 10, 10],
      ['?limit=100', 0, 12, 100, 0],
      ['?limit=1&offset=12', 12, 12, 1, 12],
      ['?offset=999999999', 12, 12, 10, 999_999_999],
      ['?limit=007&offset=00', 0, 7, 7, 0],
      ['?page=2', 0, 10, 10, 0],
    ] as const) {
      const { sessions, ...rest } = await page(query)
      assert.deepEqual(rest, { total: 12, limit, offset }, query)
      assert.deepEqual(idsOf({ sessions }), expected.slice(from, to), query)
    }
  })

  test(`${engine}: a page that cannot be is refused by name`, async () => {
    const client = await login(w, app, await user(w, app))
    const refusal = (query: string) => client.bearer(`${LIST}?${query}`)
    for (const limit of ['0', '101', '-1', '1.5', 'ten', '', '%201', '1e1', '0x5', '99999999999999999999'])
      assertRefused(await refusal(`limit=${limit}`), 'invalid_pagination_limit', 'bad_request')
    for (const offset of ['-1', '0.5', 'none', '', '1000000000', '%2B1'])
      assertRefused(await refusal(`offset=${offset}`), 'invalid_pagination_offset', 'bad_request')
    assertRefused(await refusal('limit=0&offset=-1'), 'invalid_pagination_limit', 'bad_request')
    assertRefused(await refusal('limit=1&limit=2'), 'bad_request', 'bad_request')
  })

  test(`${engine}: the country is what a trusted proxy says in the header the application names`, async () => {
    const behindProxy = await application(w, { settings: { sessions: { country_header: 'cf-ipcountry' } } })
    const countryOf = async (of: TestApp, value: string) =>
      (await listedSession(w, of, { 'cf-ipcountry': value })).country_code
    assert.equal(await countryOf(behindProxy, 'FR'), 'FR')
    assert.equal(await countryOf(behindProxy, 'de'), 'DE')
    for (const none of ['', 'T1', 'FRA', 'F', '??']) assert.equal(await countryOf(behindProxy, none), 'ZZ')
    assert.equal(await countryOf(app, 'FR'), 'ZZ')
  })
}

for (const engine of ENGINES) {
  test(`${engine}: without a trusted proxy anybody could write the country header, so nobody believes it`, async () => {
    const w = await world(engine, { config: { trustedProxies: [] } })
    const app = await application(w, { settings: { sessions: { country_header: 'cf-ipcountry' } } })
    assert.equal((await listedSession(w, app, { 'cf-ipcountry': 'FR' })).country_code, 'ZZ')
  })
}
