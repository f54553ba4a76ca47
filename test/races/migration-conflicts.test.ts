import assert from 'node:assert/strict'
import { test } from 'node:test'
import { user } from '../builders.ts'
import { personOf, progressOf, rowsOf } from '../house/legacy.ts'
import { eventsOf } from '../house/rows.ts'
import { CALLERS, tally, twoServers } from './contenders.ts'
import { accepted, apple, deadlocks, email, google, migrateAtOnce, migrating, subjects, usersOf } from './migrants.ts'

const ROUNDS = 3
const servers = await twoServers()
const [first] = servers

for (const [where, asked] of [
  ['one server', [first]],
  ['two servers', servers],
] as const) {
  test(`${where}: of sixteen persons with one address, one gets it, and the others are told of a conflict`, async () => {
    const app = await migrating(first)
    const answers = await migrateAtOnce(asked, app, (i) => personOf(`legacy-${i}`, 'shared@example.com'))
    assert.deepEqual(tally(answers), { 200: 1, '400 bad_request': CALLERS - 1 })
    assert.equal((await usersOf(app)).length, 1)
    const [{ reason, count }] = (await progressOf(app)).failures
    assert.deepEqual({ reason, count }, { reason: 'identifier_conflict', count: CALLERS - 1 })
    assert.equal((await eventsOf(first, app, 'migration.hook_failed')).length, CALLERS - 1)
  })

  test(`${where}: of sixteen persons with the address of a user of ours, one is linked`, async () => {
    const app = await migrating(first)
    const id = await user(first, app, { email: 'shared@example.com' })
    const answers = await migrateAtOnce(asked, app, (i) => personOf(`legacy-${i}`, 'shared@example.com'))
    assert.deepEqual(tally(answers), { 200: 1, '400 bad_request': CALLERS - 1 })
    assert.deepEqual(await subjects(app, accepted(answers)), [id])
    assert.deepEqual(
      (await usersOf(app)).map((one) => one.id),
      [id],
    )
  })

  test(`${where}: of sixteen users who are to be linked and share one address, one is, and the others stay as they are`, async () => {
    const app = await migrating(first)
    for (let i = 0; i < CALLERS; i++) await user(first, app, { email: `ours${i}@example.com` })
    const answers = await migrateAtOnce(asked, app, (i) =>
      personOf(`legacy-${i}`, '', { identifiers: [email(`ours${i}@example.com`), email('shared@example.com')] }),
    )
    assert.deepEqual(tally(answers), { 200: 1, '400 bad_request': CALLERS - 1 })
    const { users = [], identifiers = [] } = await rowsOf(first, app)
    assert.equal(users.filter((row) => 'external_id' in row && row.external_id !== null).length, 1)
    assert.equal(identifiers.length, CALLERS + 1)
  })

  test(`${where}: persons whose addresses and accounts cross never wait for each other in a circle`, async () => {
    const app = await migrating(first)
    for (let round = 1; round <= ROUNDS; round++) {
      const answers = await migrateAtOnce(asked, app, (i) => {
        const identifiers = [email(`a${round}.${(i >> 1) % 4}@example.com`), email(`b${round}.${i >> 2}@example.com`)]
        const oauth = [google(`${round}.${i >> 1}`), apple(`${round}.${i >> 3}`)]
        const rest = { identifiers, oauth }
        const turned = { identifiers: identifiers.toReversed(), oauth: oauth.toReversed() }
        return personOf(`legacy-${round}-${i}`, '', i % 2 ? rest : turned)
      })
      const got = accepted(answers).length
      assert.ok(got >= 1)
      assert.deepEqual(tally(answers), { 200: got, '400 bad_request': CALLERS - got })
      const { users = [], identifiers = [] } = await rowsOf(first, app)
      assert.equal(identifiers.length, 2 * users.length)
    }
    assert.equal(await deadlocks(first), 0)
  })

  test(`${where}: accounts alone that cross do not wait in a circle either`, async () => {
    const app = await migrating(first)
    for (let round = 1; round <= ROUNDS; round++) {
      const pair = [google(`${round}`), apple(`${round}`)]
      const answers = await migrateAtOnce(asked, app, (i) =>
        personOf(`legacy-${round}-${i}`, `p${round}.${i}@example.com`, { oauth: i % 2 ? pair : pair.toReversed() }),
      )
      assert.deepEqual(tally(answers), { 200: 1, '400 bad_request': CALLERS - 1 })
    }
    assert.equal(await deadlocks(first), 0)
  })

  test(`${where}: a person whose record changes meanwhile is linked or created, never both`, async () => {
    const app = await migrating(first)
    for (let round = 1; round <= ROUNDS; round++) {
      const ours = await user(first, app, { email: `ours${round}@example.com` })
      const answers = await migrateAtOnce(asked, app, (i) =>
        personOf(`legacy-${round}`, i % 2 ? `ours${round}@example.com` : `new${round}@example.com`),
      )
      const got = accepted(answers).length
      assert.deepEqual(tally(answers), got === CALLERS ? { 200: got } : { 200: 8, '400 bad_request': 8 })
      const [subject, ...more] = await subjects(app, accepted(answers))
      assert.deepEqual(more, [])
      assert.equal(subject === ours, got === CALLERS)
    }
  })
}
