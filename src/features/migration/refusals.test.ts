import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { answered, configure, migrate, personOf, progressOf } from '../../../test/house/legacy.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'

const TEN_MINUTES = 600_000

/** A hook that knows the tokens that begin with `good`; with what it was asked. */
async function migrating(w: World, most = 4): Promise<{ app: TestApp; asked: string[] }> {
  const app = await application(w, { settings: { migration: { failures_per_ip: most } } })
  await configure(app)
  const asked: string[] = []
  w.fakeNetwork(async ({ body = '' }) => {
    const { token } = JSON.parse(body)
    asked.push(token)
    return token.startsWith('good') ? answered(personOf(token, `${token}@example.com`)) : answered({}, 401)
  })
  return { app, asked }
}

const from = (ip: string) => ({ 'x-forwarded-for': ip })

for (const { engine, w } of await stages()) {
  test(`${engine}: a token that was refused three times in ten seconds is refused until they are over without asking, and not announced again`, async () => {
    const { app, asked } = await migrating(w)
    for (let i = 0; i < 20; i++) assertRefused(await migrate(app, 'bad'), 'bad_request', 'bad_request')
    assert.deepEqual(asked, ['bad', 'bad', 'bad'])
    assert.equal((await eventsOf(w, app, 'migration.hook_failed')).length, 3)
    assert.equal((await migrate(app, 'good-1')).status, 200)
    w.advance(9_999)
    const kept = { connection: 'keep-alive' }
    assert.equal((await migrate(app, 'bad', kept)).headers.get('connection'), 'close')
    assert.equal(asked.length, 4)
    w.advance(1)
    assert.notEqual((await migrate(app, 'bad', kept)).headers.get('connection'), 'close')
    assert.equal(asked.length, 5)
  })

  test(`${engine}: what one application's hook refuses, another's is asked`, async () => {
    const { app } = await migrating(w)
    for (let i = 0; i < 3; i++) await migrate(app, 'bad')
    const { app: other, asked } = await migrating(w)
    await migrate(other, 'bad')
    assert.deepEqual(asked, ['bad'])
  })

  test(`${engine}: who makes up tokens has so many asked for in ten minutes; beyond that, nobody says that they are bad`, async () => {
    const { app, asked } = await migrating(w)
    const guess = (i: number) => migrate(app, `guess-${i}`, from('203.0.113.1'))
    for (let i = 0; i < 4; i++) assertRefused(await guess(i), 'bad_request', 'bad_request')
    for (let i = 4; i < 9; i++) assertRefused(await guess(i), 'internal', 'internal')
    assertRefused(await migrate(app, 'good-1', from('203.0.113.1')), 'internal', 'internal')
    assert.equal(asked.length, 4)
    assert.equal((await migrate(app, 'good-1', from('203.0.113.2'))).status, 200)
    const { failures } = await progressOf(app)
    const counts = failures.map(({ reason, count }: { reason: string; count: number }) => [reason, count])
    assert.deepEqual(Object.fromEntries(counts), { invalid_status_code: 4, busy: 6 })
    assert.equal((await eventsOf(w, app, 'migration.hook_failed')).length, 4)
    w.advance(TEN_MINUTES)
    assert.equal((await migrate(app, 'good-2', from('203.0.113.1'))).status, 200)
  })

  test(`${engine}: guesses that come all at once find no more than the calls under way beside their budget`, async () => {
    const { app, asked } = await migrating(w)
    await Promise.all(Array.from({ length: 100 }, (_, i) => migrate(app, `guess-${i}`, from('203.0.113.1'))))
    assert.ok(asked.length <= 4 + 16, `${asked.length} calls`)
  })

  test(`${engine}: a customer with many IPv6 networks has ten times as many`, async () => {
    const { app, asked } = await migrating(w, 1)
    for (let i = 0; i < 15; i++) await migrate(app, `guess-${i}`, from(`2001:db8:7:${i}::1`))
    assert.equal(asked.length, 10)
    assert.equal((await migrate(app, 'good-1', from('2001:db8:8::1'))).status, 200)
  })

  test(`${engine}: doubts of the hook and good tokens use up nothing`, async () => {
    const { app } = await migrating(w)
    for (let i = 0; i < 9; i++) assert.equal((await migrate(app, `good-${i}`)).status, 200)
    w.fakeNetwork(async () => answered({}, 429))
    for (let i = 0; i < 9; i++) assert.equal((await migrate(app, 'bad')).status, 500)
    w.fakeNetwork(async () => answered(personOf('legacy-1', 'ada@example.com')))
    assert.equal((await migrate(app, 'bad')).status, 200)
  })
}
