import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { holderOf, linkAccount } from '../../../test/house/federation.ts'
import {
  allow,
  configure,
  hookKnows,
  migrate,
  moveOver,
  personOf,
  progressOf,
  rowsOf,
  shown,
} from '../../../test/house/legacy.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'
import type { ApplicationChange } from '../../core/applications/store.ts'
import { findOwner } from '../../core/identifiers/store/holders.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'

const ADA = { type: 'email_address', value: 'ada@example.com' } as const
const values = (shownUser: { identifiers: { value: string }[] }) => shownUser.identifiers.map(({ value }) => value)

async function migrating(w: World, settings: ApplicationChange['settings'] = {}): Promise<TestApp> {
  const app = await application(w, { settings })
  await configure(app)
  return app
}

async function block(app: TestApp, userId: string) {
  const answer = await app.manage(`/users/${userId}/status`, { method: 'PUT', body: { status: 'inactive' } })
  assert.equal(answer.status, 200)
}

for (const { engine, w } of await stages()) {
  test(`${engine}: the second time it is the same user, and the record is not applied again`, async () => {
    const app = await migrating(w)
    await allow(app, 'read', 'admin')
    const record = personOf('legacy-1', ADA.value, {
      identifiers: [ADA, { type: 'phone_number', value: '+447911123456' }],
      profile: { first_name: 'Ada', city: 'London' },
      scopes: ['read'],
    })
    hookKnows(w, record)
    const { userId } = await moveOver(w, app)

    await app.manage(`/users/${userId}/identifiers`, { method: 'DELETE', body: { identifier: ADA } })
    await app.manage(`/users/${userId}/profile`, { method: 'PATCH', body: { first_name: 'Augusta', city: null } })
    const before = await rowsOf(w, app)
    hookKnows(w, personOf('legacy-1', ADA.value, { ...record.user, scopes: ['read', 'admin'] }))
    assert.equal((await migrate(app)).status, 200)
    assert.deepEqual(await rowsOf(w, app), before)

    const again = await moveOver(w, app)
    assert.equal(again.userId, userId)
    assert.equal(again.claims.scope, 'read')
    const now = await shown(app, userId)
    assert.deepEqual(values(now), ['+447911123456'])
    assert.deepEqual(now.profile, { first_name: 'Augusta' })
    assert.equal((await eventsOf(w, app, 'user.created')).length, 1)
  })

  test(`${engine}: a user whom the backend announced with the external id is known, and counts as migrated from then on`, async () => {
    const app = await migrating(w)
    const userId = await user(w, app, { externalId: 'legacy-1', email: 'other@example.com' })
    assert.equal((await progressOf(app)).users_migrated, 0)
    hookKnows(w, personOf('legacy-1', ADA.value))
    assert.equal((await moveOver(w, app)).userId, userId)
    assert.deepEqual(values(await shown(app, userId)), ['other@example.com'])
    assert.equal((await progressOf(app)).users_migrated, 1)
  })

  test(`${engine}: a user of ours who holds the verified address is linked: what we know wins, what is missing is filled in`, async () => {
    const app = await migrating(w)
    await allow(app, 'read', 'legacy')
    const profile = { first_name: 'Augusta', theme: 'dark' }
    const userId = await user(w, app, { email: ADA.value, profile, scopes: ['read', 'ours'] })
    hookKnows(
      w,
      personOf('legacy-1', 'ADA@Example.COM', {
        identifiers: [
          { ...ADA, value: 'ADA@Example.COM' },
          { type: 'phone_number', value: '+447911123456' },
        ],
        profile: { first_name: 'Ada', city: 'London' },
        scopes: ['read', 'legacy'],
        oauth: [{ provider: 'google', subject: '108' }],
      }),
    )
    const moved = await moveOver(w, app)
    assert.equal(moved.userId, userId)
    assert.equal(moved.claims.scope, 'read ours legacy')
    const linked = await shown(app, userId)
    assert.equal(linked.external_id, 'legacy-1')
    assert.deepEqual(linked.profile, { first_name: 'Augusta', theme: 'dark', city: 'London' })
    assert.deepEqual(linked.scopes, ['read', 'ours', 'legacy'])
    assert.deepEqual(values(linked), [ADA.value, '+447911123456'])
    assert.equal(await holderOf(w, app, 'google', '108'), userId)
    assert.deepEqual(await progressOf(app), {
      users_known: 1,
      users_migrated: 1,
      first_logins: { legacy: 1 },
      failures: [],
    })
    assert.deepEqual(
      (await eventsOf(w, app, 'user.created')).map(({ source }) => source),
      ['test'],
    )
    const [updated, ...more] = await eventsOf(w, app, 'user.profile.updated')
    assert.deepEqual([updated?.profile, more], [linked.profile, []])
    assert.equal((await moveOver(w, app)).userId, userId)
  })

  test(`${engine}: linking announces no change of a profile that stays as it is`, async () => {
    const app = await migrating(w)
    await user(w, app, { email: ADA.value, profile: { first_name: 'Augusta' } })
    hookKnows(w, personOf('legacy-1', ADA.value, { profile: { first_name: 'Ada' } }))
    await moveOver(w, app)
    assert.deepEqual(await eventsOf(w, app, 'user.profile.updated'), [])
  })

  test(`${engine}: a user of ours is found by phone number, too, where numbers link`, async () => {
    const app = await migrating(w, { migration: { link: 'always' } })
    const userId = await user(w, app, { phone: '+447911123456' })
    hookKnows(w, {
      user: { external_id: 'legacy-1', identifiers: [{ type: 'phone_number', value: '+44 (0)7911-123456' }] },
    })
    assert.equal((await moveOver(w, app)).userId, userId)
  })

  test(`${engine}: a user of ours is found by an account at an identity provider`, async () => {
    const app = await migrating(w)
    const userId = await user(w, app)
    await linkAccount(w, app, userId, 'google', '108')
    hookKnows(w, personOf('legacy-1', ADA.value, { oauth: [{ provider: 'google', subject: '108' }] }))
    assert.equal((await moveOver(w, app)).userId, userId)
    assert.deepEqual(values(await shown(app, userId)), [ADA.value])
  })

  test(`${engine}: an address that the legacy system never proved finds nobody and owns nothing`, async () => {
    const app = await migrating(w)
    const owner = await user(w, app, { email: ADA.value })
    const unproven = { identifiers: [{ ...ADA, verified: false }] }
    hookKnows(w, personOf('legacy-1', '', unproven))
    const { userId } = await moveOver(w, app)
    assert.notEqual(userId, owner)
    assert.deepEqual(values(await shown(app, userId)), [])
    assert.equal(await findOwner(w.deps.db, app.id, ADA), owner)

    const elsewhere = await migrating(w)
    hookKnows(w, personOf('legacy-1', '', unproven))
    await moveOver(w, elsewhere)
    assert.equal(await findOwner(w.deps.db, elsewhere.id, ADA), undefined)
    hookKnows(w, personOf('legacy-2', ADA.value))
    const proven = await moveOver(w, elsewhere)
    assert.equal(await findOwner(w.deps.db, elsewhere.id, ADA), proven.userId)
  })

  test(`${engine}: an address that a user of ours never proved links to nobody`, async () => {
    const app = await migrating(w)
    const squatter = await user(w, app)
    await w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, squatter, ADA, false))
    hookKnows(w, personOf('legacy-1', ADA.value))
    const { userId } = await moveOver(w, app)
    assert.notEqual(userId, squatter)
    assert.equal(await findOwner(w.deps.db, app.id, ADA), userId)
  })

  test(`${engine}: users of another application are strangers`, async () => {
    const app = await migrating(w)
    const other = await migrating(w)
    hookKnows(w, personOf('legacy-1', ADA.value))
    const { userId } = await moveOver(w, app)
    assert.notEqual((await moveOver(w, other)).userId, userId)
  })

  for (const [name, person] of [
    ['known by external id', { externalId: 'legacy-1' }],
    ['found by address', { email: ADA.value }],
  ] as const) {
    test(`${engine}: a blocked user ${name} stays out, with the same answer as for a bad token`, async () => {
      const app = await migrating(w)
      await block(app, await user(w, app, person))
      hookKnows(w, personOf('legacy-1', ADA.value, { profile: { a: 1 } }))
      const before = await rowsOf(w, app)
      assertRefused(await migrate(app), 'bad_request', 'bad_request')
      assert.deepEqual(await rowsOf(w, app), before)
      assert.deepEqual(await eventsOf(w, app, 'migration.hook_failed'), [])
      const { failures } = await progressOf(app)
      assert.deepEqual(
        failures.map(({ reason }: { reason: string }) => reason),
        ['user_blocked'],
      )
    })
  }

  test(`${engine}: a user who was deleted comes back as somebody new while the legacy system knows them`, async () => {
    const app = await migrating(w)
    hookKnows(w, personOf('legacy-1', ADA.value))
    const { userId } = await moveOver(w, app)
    assert.equal((await app.manage(`/users/${userId}`, { method: 'DELETE' })).status, 204)
    assert.notEqual((await moveOver(w, app)).userId, userId)
  })

  test(`${engine}: an external id is compared letter by letter`, async () => {
    const app = await migrating(w)
    const ids = ['Legacy', 'legacy', 'legacy ', 'légacy', 'le\u0301gacy', "l' or 1=1 --", '__proto__']
    const users = new Set<string>()
    for (const [i, id] of ids.entries()) {
      hookKnows(w, personOf(id, `person${i}@example.com`))
      const { userId } = await moveOver(w, app)
      assert.equal((await shown(app, userId)).external_id, id)
      users.add(userId)
    }
    assert.equal(users.size, ids.length)
  })
}
