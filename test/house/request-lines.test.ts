import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, FINALIZE, login, REFRESH, user } from '../builders.ts'
import { ENGINES, type World, world } from '../world.ts'

const talkative = { config: { logRequests: true } }
const PASSWORD_LOGIN = '/v1/session/login/email/password'

const parsed = (w: World) => w.log.map((line) => JSON.parse(line))
const answered = (w: World) => parsed(w).filter(({ msg }) => msg === 'answered')

/** Forget what making ready logged. */
function begin(w: World): void {
  w.log.length = 0
}

for (const engine of ENGINES) {
  test(`${engine}: every answered request is one line, by which its request id is found, and who asked is not in it`, async () => {
    const w = await world(engine, talkative)
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    begin(w)
    const right = await client.post(REFRESH)
    const wrong = await app.call(REFRESH, { method: 'POST', headers: { 'x-refresh-token': 'rt_nobody' } })
    const managed = await app.manage('/users?limit=1')
    const keyless = await app.manage('/users', { headers: { authorization: 'Bearer nobody' } })
    const [first, second, third, fourth, ...more] = answered(w)
    assert.deepEqual(more, [])
    const { time, level, ms, ...line } = first
    assert.ok(Date.parse(time) > 0 && level === 'info' && ms >= 0 && ms < 60_000, JSON.stringify(first))
    const request_id = right.headers.get('x-request-id')
    assert.deepEqual(line, { operation: 'refreshSession', status: 200, request_id, app: app.id, msg: 'answered' })
    assert.deepEqual(
      [second, third, fourth].map(({ operation, status, code, app, request_id }) => [
        operation,
        status,
        code,
        app,
        request_id,
      ]),
      [
        ['refreshSession', 401, 'unauthorized', app.id, wrong.headers.get('x-request-id')],
        ['listUsers', 200, undefined, app.id, managed.headers.get('x-request-id')],
        ['listUsers', 401, 'invalid_api_token', undefined, keyless.headers.get('x-request-id')],
      ],
    )
  })

  test(`${engine}: so is what leads nowhere and what is refused before an operation`, async () => {
    const w = await world(engine, talkative)
    const app = await application(w, { allowedOrigins: ['https://shop.example.com'] })
    begin(w)
    await app.call('/v1/session/nothing-of-the-kind/ada@example.com')
    await app.call(FINALIZE, { method: 'POST', body: 'no object' })
    const asks = { origin: 'https://shop.example.com', 'access-control-request-method': 'POST' }
    await app.call(REFRESH, { method: 'OPTIONS', headers: asks })
    assert.deepEqual(
      answered(w).map(({ operation, status, code }) => [operation, status, code]),
      [
        ['none', 404, 'not_found'],
        ['finalizeLogin', 400, 'bad_request'],
        ['preflight', 204, undefined],
      ],
    )
    assert.ok(!w.log.join('').includes('ada@'))
  })

  test(`${engine}: tries to sign in are counted by way and outcome, and refusals told, ten a minute of each reason`, async () => {
    const w = await world(engine)
    const app = await application(w)
    await user(w, app)
    begin(w)
    const body = { identifier: 'ada@example.com', password: 'wrong horse battery' }
    const refused = await app.call(PASSWORD_LOGIN, { method: 'POST', body })
    for (let i = 0; i < 11; i++) await app.call(PASSWORD_LOGIN, { method: 'POST', body })
    await login(w, app, await user(w, app))
    const text = await w.deps.metrics.registry.metrics()
    assert.match(text, /^antiphon_sign_ins_total\{way="password",outcome="bad_request"\} 12$/m)
    assert.match(text, /^antiphon_sign_ins_total\{way="finalize",outcome="ok"\} 1$/m)
    const told = parsed(w).filter(({ msg }) => msg === 'a sign-in was refused')
    assert.equal(told.length, 10)
    const { app: id, way, reason, request_id } = told[0]
    assert.deepEqual([id, way, reason, request_id], [app.id, 'password', 'bad_request', refused.body.request_id])
    assert.deepEqual(answered(w), [])
    assert.ok(!w.log.join('').includes('ada@'))
  })
}
