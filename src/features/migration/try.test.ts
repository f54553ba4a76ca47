import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp, user } from '../../../test/builders.ts'
import {
  answered,
  CONFIG,
  configOf,
  configure,
  hookKnows,
  issuerKey,
  migrate,
  personOf,
  progressOf,
  publish,
  rowsOf,
} from '../../../test/house/legacy.ts'
import { assertNotFound } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { auth0, firebase } from '../../../test/vectors/legacy/tokens.ts'
import type { World } from '../../../test/world.ts'

const key = await issuerKey('RS256')
const GRACE = { expired_grace_seconds: 86_400, issued_before: '2027-01-01T00:00:00Z' }

const tried = async (app: TestApp, token: string) => {
  const answer = await app.manage(`${CONFIG}/try`, { body: { token } })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}
/** The steps that did not pass. */
const obstacles = ({ steps }: { steps: { step: string; result: string }[] }) =>
  steps.filter(({ result }) => result !== 'passed').map(({ step, result }) => `${step} ${result}`)

async function migrating(w: World, config: object = {}) {
  const app = await application(w)
  await configure(app, configOf(auth0, config))
  publish(w, auth0.jwks, key)
  return app
}
const sign = (change: object = {}) => key.sign({ ...auth0.claims, ...change })

for (const { engine, w } of await stages()) {
  test(`${engine}: a rehearsal says what an exchange would do, and whom it would be`, async () => {
    const app = await migrating(w)
    const known = await user(w, app, { email: 'known@example.com', externalId: 'auth0|known' })
    const linked = await user(w, app, { email: 'linked@example.com' })
    for (const [change, match] of [
      [{ sub: 'auth0|known' }, { kind: 'known', user_id: known }],
      [{ email: 'linked@example.com' }, { kind: 'link', user_id: linked }],
      [{}, { kind: 'create' }],
    ] as const) {
      const said = await tried(app, await sign(change))
      assert.deepEqual([said.outcome, said.way, said.match], ['exchanged', 'token', match])
      assert.deepEqual(obstacles(said), [])
      assert.equal(said.user.external_id, 'sub' in change ? change.sub : auth0.claims.sub)
    }
    const steps = (await tried(app, await sign())).steps.map(({ step }: { step: string }) => step)
    assert.deepEqual(steps, [
      ...['form', 'issuer', 'type', 'acting', 'recipient', 'claims', 'times'],
      ...['signature', 'record', 'user'],
    ])
  })

  test(`${engine}: it says every reason at once for which a token is refused, and no exchange is told any`, async () => {
    const app = await migrating(w, { required_claims: { org_id: 'org_1' } })
    const bad = await sign({ aud: 'other', exp: 1, act: { sub: 'admin' } })
    const said = await tried(app, bad)
    assert.deepEqual(obstacles(said), ['acting refused', 'recipient refused', 'claims refused', 'times refused'])
    assert.deepEqual([said.outcome, said.reason, said.user], ['refused', 'invalid_token', undefined])
    const detail = said.steps.find(({ step }: { step: string }) => step === 'recipient').detail
    assert.match(detail, /aud "other".*yours are \["kQ4/)
    assert.ok(!JSON.stringify((await migrate(app, bad)).body).includes('other'))
  })

  test(`${engine}: what it says is what the exchange then does`, async () => {
    const app = await migrating(w, GRACE)
    const stranger = await issuerKey('RS256')
    await user(w, app, { email: 'over@example.com', externalId: 'auth0|over' })
    const minute = w.deps.now() / 1000 - 60
    const over = { sub: 'auth0|over', sid: 'over', iat: minute - 60, exp: minute }
    const cases: readonly (readonly [token: string, outcome: string, obstacle?: string])[] = [
      [await sign({ sub: undefined }), 'refused', 'record refused'],
      [await stranger.sign(auth0.claims), 'refused', 'signature refused'],
      [await sign({ email: undefined }), 'refused', 'user refused'],
      [await sign({ ...over, sub: 'auth0|nobody' }), 'refused', 'user refused'],
      [await sign({ iss: 'https://evil.example/' }), 'refused', 'issuer refused'],
      ['legacy-session', 'refused', 'form refused'],
      [await sign(over), 'exchanged'],
      [await sign(over), 'refused', 'session refused'],
    ]
    for (const [token, outcome, obstacle] of cases) {
      const said = await tried(app, token)
      assert.deepEqual([said.outcome, obstacles(said)], [outcome, obstacle ? [obstacle] : []])
      assert.equal((await migrate(app, token)).status === 200, outcome === 'exchanged', obstacle ?? outcome)
    }
  })

  test(`${engine}: it changes nothing, and uses no refresh token`, async () => {
    const app = await migrating(w, { ...GRACE, refresh: { client_id: 'web' } })
    await user(w, app, { email: 'over@example.com', externalId: 'auth0|over' })
    const before = await rowsOf(w, app)
    const failures = (await app.manage(`${CONFIG}/progress`)).body
    const asked = w.outbound.filter(({ method }) => method === 'POST').length
    for (const change of [{}, { sub: 'auth0|over', exp: w.deps.now() / 1000 - 60 }, { aud: 'x' }])
      await tried(app, await sign(change))
    const said = await tried(app, 'v1.refresh-token')
    assert.deepEqual([said.outcome, obstacles(said)], ['would_refresh', ['refresh would']])
    assert.match(said.steps[0].detail, /https:\/\/acme\.eu\.auth0\.com\/oauth\/token/)
    assert.deepEqual(await rowsOf(w, app), before)
    assert.deepEqual((await app.manage(`${CONFIG}/progress`)).body, failures)
    assert.equal(w.outbound.filter(({ method }) => method === 'POST').length, asked)
  })

  test(`${engine}: what nobody can tell now is unclear, and what is not configured is said`, async () => {
    const app = await application(w)
    assert.deepEqual(obstacles(await tried(app, 'any')), ['configuration refused'])
    await configure(app, configOf(firebase))
    w.fakeNetwork(async () => answered('', 503))
    const said = await tried(app, await key.sign(firebase.claims))
    assert.deepEqual([said.outcome, obstacles(said)], ['unclear', ['signature doubt']])
    const headers = { authorization: `Bearer ${(await application(w)).managementKey}` }
    assertNotFound(await app.manage(`${CONFIG}/try`, { body: { token: 'x' }, headers }))
  })

  test(`${engine}: a hook is asked, and what it refuses counts against nobody`, async () => {
    const app = await application(w)
    await configure(app)
    hookKnows(w, personOf('legacy-1', 'ada@example.com', { profile: 1 }))
    const before = [await rowsOf(w, app), await progressOf(app)]
    const said = await tried(app, 'legacy-session')
    assert.deepEqual([said.outcome, said.way, said.left_out], ['exchanged', 'hook', ['profile']])
    w.fakeNetwork(async () => answered('', 401))
    for (let i = 0; i < 5; i++) assert.equal((await tried(app, 'legacy-session')).reason, 'invalid_status_code')
    w.fakeNetwork(async () => answered('', 500))
    assert.equal((await tried(app, 'legacy-session')).outcome, 'unclear')
    assert.deepEqual([await rowsOf(w, app), await progressOf(app)], before)
  })
}
