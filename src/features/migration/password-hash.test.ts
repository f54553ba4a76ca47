import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { configure, hookKnows, migrate, moveOver, personOf, progressOf } from '../../../test/house/legacy.ts'
import {
  givePassword,
  logIn,
  PASSWORD,
  PASSWORD_CONFIG,
  passwordConfig,
  storedPassword,
} from '../../../test/house/passwords.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'
import { rfc3339 } from '../../platform/clock.ts'

const EMAIL = 'ada@example.com'
const BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
const OTHER_BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'

async function migrating(w: World): Promise<TestApp> {
  const app = await application(w)
  await configure(app)
  await app.manage(PASSWORD_CONFIG, { body: passwordConfig() })
  return app
}

const knows = (w: World, password_hash: unknown) => hookKnows(w, personOf('legacy-1', EMAIL, { password_hash }))

for (const { engine, w } of await stages()) {
  test(`${engine}: who comes over by the hook brings the password along, once`, async () => {
    const app = await migrating(w)
    knows(w, BCRYPT)
    const { userId } = await moveOver(w, app)
    knows(w, OTHER_BCRYPT)
    assert.equal((await moveOver(w, app)).userId, userId)
    assertRefused(await logIn(app, EMAIL, 'U*U*'), 'unauthorized', 'unauthorized')
    assert.equal((await logIn(app, EMAIL, 'U*U')).status, 200)
    assert.match((await storedPassword(w, app, userId))?.hash ?? '', /^\$argon2id\$/)
    assert.deepEqual((await progressOf(app)).failures, [])
  })

  test(`${engine}: a user who is linked gets it when the address was proven there last, and keeps a password set since`, async () => {
    const app = await migrating(w)
    const linked = await user(w, app, { email: EMAIL })
    w.advance(3_600_000)
    const identifiers = [{ type: 'email_address', value: EMAIL, verified_at: rfc3339(w.deps.now()) }]
    hookKnows(w, personOf('legacy-1', EMAIL, { identifiers, password_hash: BCRYPT }))
    assert.equal((await moveOver(w, app)).userId, linked)
    assert.equal((await logIn(app, EMAIL, 'U*U')).status, 200)

    const other = await migrating(w)
    const keeper = await user(w, other, { email: EMAIL })
    await givePassword(other, keeper)
    assert.equal((await moveOver(w, other)).userId, keeper)
    assertRefused(await logIn(other, EMAIL, 'U*U'), 'unauthorized', 'unauthorized')
    assert.equal((await logIn(other, EMAIL, PASSWORD)).status, 200)
  })

  test(`${engine}: a user who is linked and has none gets no password that may be an earlier holder’s of the address`, async () => {
    const app = await migrating(w)
    const linked = await user(w, app, { email: EMAIL })
    knows(w, BCRYPT)
    assert.equal((await moveOver(w, app)).userId, linked)
    assert.equal(await storedPassword(w, app, linked), undefined)
    assertRefused(await logIn(app, EMAIL, 'U*U'), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: a hash that cannot be read keeps nobody from coming over; it is counted and announced`, async () => {
    for (const hash of [
      'hunter2',
      '$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
      7,
      { scheme: 'bcrypt' },
      'x'.repeat(5_000),
    ]) {
      const app = await migrating(w)
      knows(w, hash)
      const { userId } = await moveOver(w, app)
      assert.equal(await storedPassword(w, app, userId), undefined)
      const [failure, ...more] = (await progressOf(app)).failures
      assert.equal(failure.reason, 'invalid_password_hash')
      assert.deepEqual(more, [])
      const events = await eventsOf(w, app, 'migration.hook_failed')
      assert.deepEqual(
        events.map(({ reason }) => reason),
        ['invalid_password_hash'],
      )
      assert.ok(!w.log.join('').includes('hunter2'))
    }
  })

  test(`${engine}: no hash, in any way of saying so, is none`, async () => {
    for (const hash of [undefined, null, '']) {
      const app = await migrating(w)
      knows(w, hash)
      assert.equal((await migrate(app)).status, 200)
      assert.deepEqual((await progressOf(app)).failures, [])
    }
  })

  test(`${engine}: an address that the legacy system never proved is not logged in by its password alone`, async () => {
    const app = await migrating(w)
    const identifiers = [{ type: 'email_address', value: EMAIL, verified: false }]
    hookKnows(w, personOf('legacy-1', EMAIL, { identifiers, password_hash: BCRYPT }))
    await moveOver(w, app)
    const { status, body } = await logIn(app, EMAIL, 'U*U')
    assert.deepEqual([status, body.code], [403, 'forbidden'])
  })
}
