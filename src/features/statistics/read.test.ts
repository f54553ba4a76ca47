import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, sentCode, type TestApp, user } from '../../../test/builders.ts'
import { checkWith, EMAIL, NEW, PHONE, started, wrongCode } from '../../../test/house/codes.ts'
import { assertInvalid } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { countUp, writeCounted } from '../../core/rollups/count.ts'
import { DAY_MS, HOUR_MS, startOf } from '../../core/rollups/rollup.ts'
import { rfc3339 } from '../../platform/clock.ts'

type Told = { labels: Record<string, string>; total: number; counts: number[] }

for (const { engine, w } of await stages()) {
  const read = (app: TestApp, metric: string, query: Record<string, string> = {}) =>
    app.manage(`/statistics?${new URLSearchParams({ metric, ...query })}`)
  const told = async (app: TestApp, metric: string, query: Record<string, string> = {}) => {
    const { status, body } = await read(app, metric, query)
    assert.equal(status, 200, JSON.stringify(body))
    return body as { metric: string; starts: string[]; series: Told[] }
  }
  const totals = async (app: TestApp, metric: string) =>
    (await told(app, metric)).series.map(({ labels, total }) => [labels, total])

  test(`${engine}: who came in is told by day, with zero where nobody did, and of another application nothing`, async () => {
    const app = await application(w)
    await login(w, app, await user(w, app))
    w.advance(2 * DAY_MS)
    for (let i = 0; i < 3; i++) await login(w, app, await user(w, app))
    const { metric, starts, series } = await told(app, 'session_started')
    assert.equal(metric, 'session_started')
    const today = startOf(w.deps.now(), DAY_MS)
    assert.deepEqual([starts.length, starts[0], starts.at(-1)], [30, rfc3339(today - 29 * DAY_MS), rfc3339(today)])
    const [only, ...others] = series
    assert.deepEqual(others, [])
    assert.equal(only?.total, 4)
    assert.deepEqual(only?.counts, [...Array(27).fill(0), 1, 0, 3])
    assert.deepEqual((await told(await application(w), 'session_started')).series, [])
  })

  test(`${engine}: hours hold what happened within them, and the sums of a day are those of its hours`, async () => {
    const app = await application(w)
    const start = startOf(w.deps.now(), DAY_MS) + DAY_MS
    w.advance(start - w.deps.now())
    for (let hour = 0; hour < 24; hour++) {
      countUp(w.deps, app.id, 'exchange', { outcome: 'exchanged' }, hour)
      if (hour % 2 === 0) countUp(w.deps, app.id, 'exchange', { outcome: 'refused', reason: 'expired' })
      w.advance(HOUR_MS)
    }
    await writeCounted(w.deps)
    const from = rfc3339(start + 1)
    const to = rfc3339(start + DAY_MS)
    const hours = await told(app, 'exchange', { by: 'hour', from, to })
    assert.equal(hours.starts.length, 24)
    assert.deepEqual(
      hours.series.map(({ labels, counts }) => [labels, counts]),
      [
        [{ outcome: 'exchanged' }, Array.from({ length: 24 }, (_, hour) => hour)],
        [{ outcome: 'refused', reason: 'expired' }, Array.from({ length: 24 }, (_, hour) => 1 - (hour % 2))],
      ],
    )
    const days = await told(app, 'exchange', { from, to })
    assert.deepEqual(
      days.series.map(({ counts }) => counts),
      [[276], [12]],
    )
  })

  test(`${engine}: what became of messages and codes is told by channel and country, and none of it is of a user`, async () => {
    const app = await application(w, { settings: { otp: { blocked_countries: ['BR'] } } })
    for (const value of [EMAIL, PHONE]) {
      const token = await started(app, NEW, value)
      const code = await sentCode(w, app, value)
      await checkWith(app, NEW, token, wrongCode(code))
      assert.equal((await checkWith(app, NEW, token, code)).status, 200)
    }
    await started(app, NEW, '+5511961234567')
    await w.drain()
    assert.deepEqual(await totals(app, 'message'), [
      [{ channel: 'email', outcome: 'sent', provider: 'mailbox' }, 1],
      [{ channel: 'sms', country: 'BR', outcome: 'withheld' }, 1],
      [{ channel: 'sms', country: 'FR', outcome: 'sent', provider: 'mailbox' }, 1],
    ])
    assert.deepEqual(await totals(app, 'code'), [
      [{ channel: 'email', outcome: 'entered' }, 1],
      [{ channel: 'email', outcome: 'wrong' }, 1],
      [{ channel: 'sms', country: 'FR', outcome: 'entered' }, 1],
      [{ channel: 'sms', country: 'FR', outcome: 'wrong' }, 1],
    ])
  })

  test(`${engine}: a wrong code of nobody is counted like one of somebody`, async () => {
    const app = await application(w, { settings: { otp: { sign_up: 'existing_only' } } })
    const token = await started(app, NEW, EMAIL)
    assert.equal((await checkWith(app, NEW, token, '123456')).status, 401)
    assert.deepEqual(await totals(app, 'code'), [[{ channel: 'email', outcome: 'wrong' }, 1]])
  })

  test(`${engine}: what cannot be told is refused in words`, async () => {
    const app = await application(w)
    const now = w.deps.now()
    const asked = (metric: string, query: Record<string, string> = {}) => read(app, metric, query)
    assertInvalid(await asked('sneezes'), 'query.metric')
    assertInvalid(await asked('code', { by: 'minute' }), 'query.by')
    assertInvalid(await asked('code', { from: 'yesterday' }), 'query.from')
    assertInvalid(await asked('code', { from: rfc3339(now + 3 * DAY_MS) }), 'query.from: is not before `to`')
    const long = { from: rfc3339(now - 1100 * DAY_MS) }
    assertInvalid(await asked('code', long), 'query.from: is more than 1000 days before `to`')
    const old = { by: 'hour', from: rfc3339(now - 100 * DAY_MS), to: rfc3339(now - 99 * DAY_MS) }
    assertInvalid(await asked('code', old), 'query.by: hours are kept for 90 days')
  })
}
