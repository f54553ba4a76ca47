import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findOwner } from '../../src/core/identifiers/store/holders.ts'
import { application, user } from '../builders.ts'
import { allow, CONFIG, HOOK, personOf, progressOf, rowsOf, shown } from '../house/legacy.ts'
import { eventsOf } from '../house/rows.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'
import { apple, email, google, migrateAtOnce, migrating, subjects, usersOf } from './migrants.ts'

const ROUNDS = 3
const servers = await twoServers()
const [first] = servers

for (const [where, asked] of [
  ['one server', [first]],
  ['two servers', servers],
] as const) {
  test(`${where}: sixteen first migrations of one person make one user, and all get in`, async () => {
    const app = await migrating(first)
    await allow(app, 'read')
    for (let round = 1; round <= ROUNDS; round++) {
      const record = {
        identifiers: [email(`a${round}@example.com`), email(`b${round}@example.com`)],
        oauth: [google(`g${round}`), apple(`a${round}`)],
        scopes: ['read'],
      }
      const reversed = { ...record, identifiers: record.identifiers.toReversed(), oauth: record.oauth.toReversed() }
      const answers = await migrateAtOnce(asked, app, (i) => personOf(`legacy-${round}`, '', i % 2 ? record : reversed))
      assert.deepEqual(tally(answers), { 200: CALLERS })
      assert.equal((await subjects(app, answers)).length, 1)
      const rows = await rowsOf(first, app)
      const counts = [rows.users, rows.identifiers, rows.federated_identities].map((table) => table?.length)
      assert.deepEqual(counts, [round, 2 * round, 2 * round])
      assert.equal((await eventsOf(first, app, 'user.created')).length, round)
      assert.deepEqual(await progressOf(app), {
        users_known: round,
        users_migrated: round,
        first_logins: { legacy: round },
        failures: [],
      })
    }
  })

  test(`${where}: a person who is migrated sixteen times while the backend creates them is one user`, async () => {
    const app = await migrating(first)
    for (let round = 1; round <= ROUNDS; round++) {
      const address = email(`ada${round}@example.com`)
      const [answers, created] = await Promise.all([
        migrateAtOnce(asked, app, () => personOf(`legacy-${round}`, address.value)),
        race(() => app.manage('/users', { body: { identifiers: [address] } })),
      ])
      assert.deepEqual(tally(answers), { 200: CALLERS })
      const { 201: made = 0, ...others } = tally(created)
      assert.ok(made <= 1)
      assert.deepEqual(others, { '409 identifier_already_exists': CALLERS - made })
      const owner = await findOwner(first.deps.db, app.id, { type: 'email_address', value: address.value })
      assert.deepEqual(await subjects(app, answers), [owner])
      assert.equal((await usersOf(app)).length, round)
    }
  })

  test(`${where}: sixteen migrations link a user of ours once`, async () => {
    const app = await migrating(first)
    await allow(app, 'b')
    for (let round = 1; round <= ROUNDS; round++) {
      const id = await user(first, app, { email: `ada${round}@example.com`, profile: { theme: 'dark' }, scopes: ['a'] })
      const rest = { profile: { city: 'London' }, scopes: ['b'], oauth: [google(`g${round}`)] }
      const answers = await migrateAtOnce(asked, app, () =>
        personOf(`legacy-${round}`, `ada${round}@example.com`, rest),
      )
      assert.deepEqual(tally(answers), { 200: CALLERS })
      assert.deepEqual(await subjects(app, answers), [id])
      const { profile, scopes, external_id } = await shown(app, id)
      assert.deepEqual(
        { profile, scopes, external_id },
        {
          profile: { theme: 'dark', city: 'London' },
          scopes: ['a', 'b'],
          external_id: `legacy-${round}`,
        },
      )
      assert.equal((await eventsOf(first, app, 'user.profile.updated')).length, round)
    }
  })

  test(`${where}: what the backend writes while a user is linked is not lost`, async () => {
    const app = await migrating(first)
    for (let round = 1; round <= ROUNDS; round++) {
      const id = await user(first, app, { email: `ada${round}@example.com` })
      const rest = { profile: { legacy: true } }
      const [answers, changed] = await Promise.all([
        migrateAtOnce(asked, app, () => personOf(`legacy-${round}`, `ada${round}@example.com`, rest)),
        race((i) => app.manage(`/users/${id}/profile`, { method: 'PATCH', body: { [`m${i}`]: i } })),
      ])
      assert.deepEqual([tally(answers), tally(changed)], [{ 200: CALLERS }, { 204: CALLERS }])
      const members = Array.from({ length: CALLERS }, (_, i) => [`m${i}`, i] as const)
      assert.deepEqual((await shown(app, id)).profile, { legacy: true, ...Object.fromEntries(members) })
    }
  })

  test(`${where}: a user who is deleted while they come over is gone or new, and nobody’s answer is a fault of ours`, async () => {
    const app = await migrating(first)
    for (let round = 1; round <= ROUNDS; round++) {
      const id = await user(first, app, { email: `ada${round}@example.com` })
      const [answers] = await Promise.all([
        migrateAtOnce(asked, app, () => personOf(`legacy-${round}`, `ada${round}@example.com`)),
        app.manage(`/users/${id}`, { method: 'DELETE' }),
      ])
      assert.deepEqual(tally(answers), { 200: CALLERS })
      assert.ok((await usersOf(app)).length <= round)
    }
  })

  test(`${where}: sixteen failures at once are counted sixteen times`, async () => {
    const app = await migrating(first)
    const answers = await migrateAtOnce(asked, app, () => ({}))
    assert.deepEqual(tally(answers), { '500 internal': CALLERS })
    assert.equal((await progressOf(app)).failures[0].count, CALLERS)
  })
}

test('of sixteen configurations created at once, one is', async () => {
  const app = await application(first)
  const answers = await race(() => app.manage(CONFIG, { body: { session_validation_url: HOOK } }))
  assert.deepEqual(tally(answers), { 201: 1, '409 migration_config_already_exists': CALLERS - 1 })
})
