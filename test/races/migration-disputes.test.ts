import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findOwner } from '../../src/core/identifiers/store/holders.ts'
import { insertIdentifier } from '../../src/core/identifiers/store.ts'
import { findUserForUpdate } from '../../src/core/users/store.ts'
import { application, login, REFRESH, user } from '../builders.ts'
import { holderOf } from '../house/federation.ts'
import { configure, hookKnows, migrate, personOf, progressOf, rowsOf } from '../house/legacy.ts'
import { eventsOf } from '../house/rows.ts'
import { CALLERS, race, somebodyWaits, tally, twoServers } from './contenders.ts'
import { apple, deadlocks, email, google, migrateAtOnce, migrating, subjects, usersOf } from './migrants.ts'

const ROUNDS = 3
const servers = await twoServers()
const [first, second] = servers

const disputesOf = async (app: Awaited<ReturnType<typeof migrating>>) =>
  await eventsOf(first, app, 'migration.identifier_disputed')
const ownerOf = (appId: string, value: string) => findOwner(first.deps.db, appId, { type: 'email_address', value })

for (const [where, asked] of [
  ['one server', [first]],
  ['two servers', servers],
] as const) {
  test(`${where}: of sixteen persons with one address, one gets it, and the others come over without`, async () => {
    const app = await migrating(first)
    const answers = await migrateAtOnce(asked, app, (i) => personOf(`legacy-${i}`, 'shared@example.com'))
    assert.deepEqual(tally(answers), { 200: CALLERS })
    assert.equal((await subjects(app, answers)).length, CALLERS)
    const owner = await ownerOf(app.id, 'shared@example.com')
    const disputes = await disputesOf(app)
    assert.equal(disputes.length, CALLERS - 1)
    assert.deepEqual(new Set(disputes.map(({ held_by }) => held_by)), new Set([owner]))
    const without = (await usersOf(app)).map(({ id }) => id).filter((id) => id !== owner)
    assert.deepEqual(disputes.map(({ user_id }) => user_id).sort(), without.sort())
    assert.deepEqual(await progressOf(app), {
      users_known: CALLERS,
      users_migrated: CALLERS,
      first_logins: { legacy: CALLERS },
      failures: [],
    })
  })

  test(`${where}: of sixteen persons with the address of a user of ours, one is linked, and the others are new`, async () => {
    const app = await migrating(first)
    const id = await user(first, app, { email: 'shared@example.com' })
    const answers = await migrateAtOnce(asked, app, (i) => personOf(`legacy-${i}`, 'shared@example.com'))
    assert.deepEqual(tally(answers), { 200: CALLERS })
    const all = await subjects(app, answers)
    assert.equal(all.length, CALLERS)
    assert.ok(all.includes(id))
    assert.equal(await ownerOf(app.id, 'shared@example.com'), id)
    assert.equal((await disputesOf(app)).length, CALLERS - 1)
  })

  test(`${where}: eight families of two devices each, who share one number: a user for each family, whoever has the number`, async () => {
    const app = await migrating(first)
    for (let round = 1; round <= ROUNDS; round++) {
      const phone = { type: 'phone_number', value: `+4479111234${50 + round}` }
      const answers = await migrateAtOnce(asked, app, (i) =>
        personOf(`legacy-${round}-${i >> 1}`, '', { identifiers: [email(`p${round}.${i >> 1}@example.com`), phone] }),
      )
      assert.deepEqual(tally(answers), { 200: CALLERS })
      assert.equal((await subjects(app, answers)).length, CALLERS / 2)
      assert.equal((await usersOf(app)).length, (round * CALLERS) / 2)
      assert.equal((await disputesOf(app)).length, round * (CALLERS / 2 - 1))
    }
  })

  test(`${where}: sixteen devices of one person whose address another has: one user, one dispute`, async () => {
    const app = await migrating(first)
    for (let round = 1; round <= ROUNDS; round++) {
      const shared = email(`shared${round}@example.com`)
      const other = await user(first, app, { externalId: `other-${round}`, email: shared.value })
      const record = { identifiers: [shared, email(`own${round}@example.com`)], oauth: [google(`g${round}`)] }
      const answers = await migrateAtOnce(asked, app, () => personOf(`legacy-${round}`, '', record))
      assert.deepEqual(tally(answers), { 200: CALLERS })
      const [id, ...more] = await subjects(app, answers)
      assert.deepEqual(more, [])
      assert.notEqual(id, other)
      assert.equal(await ownerOf(app.id, `own${round}@example.com`), id)
      assert.equal(await holderOf(first, app, 'google', `g${round}`), id)
      const disputes = (await disputesOf(app)).filter(({ user_id }) => user_id === id)
      assert.deepEqual(
        disputes.map(({ held_by, identifier }) => [held_by, identifier]),
        [[other, shared]],
      )
    }
  })

  test(`${where}: a user of ours who proves something else while they are to be linked is linked before, or not at all`, async () => {
    const app = await application(first, { settings: { migration: { link: 'always' } } })
    await configure(app)
    for (let round = 1; round <= ROUNDS; round++) {
      const address = `ours${round}@example.com`
      const id = await user(first, app, { email: address })
      const [answers, given] = await Promise.all([
        migrateAtOnce(asked, app, () => personOf(`legacy-${round}`, address)),
        race((i) =>
          app.manage(`/users/${id}/identifiers`, { body: { identifier: email(`x${round}.${i}@example.com`) } }),
        ),
      ])
      assert.deepEqual([tally(answers), tally(given)], [{ 200: CALLERS }, { 201: CALLERS }])
      const [subject, ...more] = await subjects(app, answers)
      assert.deepEqual(more, [])
      assert.equal(await ownerOf(app.id, address), id)
      const disputes = (await disputesOf(app)).filter(({ held_by }) => held_by === id)
      assert.equal(disputes.length, subject === id ? 0 : 1)
    }
    assert.equal(await deadlocks(first), 0)
  })

  test(`${where}: sixteen sessions that are older than the legacy system’s proof end with the link, while they refresh`, async () => {
    const app = await migrating(first)
    const id = await user(first, app, { email: 'handed@example.com' })
    const clients = await race(() => login(first, app, id))
    for (const w of servers) w.advance(3_600_000)
    const identifiers = [{ ...email('handed@example.com'), verified_at: new Date(first.deps.now()).toISOString() }]
    const [answers] = await Promise.all([
      migrateAtOnce(asked, app, () => personOf('legacy-1', '', { identifiers })),
      race((i) => (clients[i] as (typeof clients)[number]).post(REFRESH)),
    ])
    assert.deepEqual(tally(answers), { 200: CALLERS })
    assert.deepEqual(await subjects(app, answers), [id])
    const late = await race((i) => (clients[i] as (typeof clients)[number]).post(REFRESH))
    assert.deepEqual(tally(late), { '401 unauthorized': CALLERS })
    assert.equal(await deadlocks(first), 0)
  })

  test(`${where}: of sixteen users who are to be linked and share one address, one gets it, and all are`, async () => {
    const app = await migrating(first)
    for (let i = 0; i < CALLERS; i++) await user(first, app, { email: `ours${i}@example.com` })
    const answers = await migrateAtOnce(asked, app, (i) =>
      personOf(`legacy-${i}`, '', { identifiers: [email(`ours${i}@example.com`), email('shared@example.com')] }),
    )
    assert.deepEqual(tally(answers), { 200: CALLERS })
    const { users = [], identifiers = [] } = await rowsOf(first, app)
    assert.equal(users.filter((row) => 'external_id' in row && row.external_id !== null).length, CALLERS)
    assert.equal(users.length, CALLERS)
    assert.equal(identifiers.length, CALLERS + 1)
    assert.equal((await disputesOf(app)).length, CALLERS - 1)
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
      assert.deepEqual(tally(answers), { 200: CALLERS })
      const { users = [], identifiers = [], federated_identities = [] } = await rowsOf(first, app)
      // Four and four addresses, eight and two accounts: each has an owner, and only one.
      const counts = [users.length, identifiers.length, federated_identities.length]
      assert.deepEqual(counts, [CALLERS * round, 8 * round, 10 * round])
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
      assert.deepEqual(tally(answers), { 200: CALLERS })
      const { federated_identities = [], users = [] } = await rowsOf(first, app)
      assert.deepEqual([federated_identities.length, users.length], [2 * round, CALLERS * round])
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
      assert.deepEqual(tally(answers), { 200: CALLERS })
      const [subject, ...more] = await subjects(app, answers)
      assert.deepEqual(more, [])
      const owners = await Promise.all(
        [`ours${round}`, `new${round}`].map((name) => ownerOf(app.id, `${name}@example.com`)),
      )
      assert.deepEqual(owners, subject === ours ? [ours, undefined] : [ours, subject])
    }
  })
}

test('a user of ours who proves something else while the link waits for them is not linked any more', async () => {
  const app = await migrating(first)
  const id = await user(first, app, { email: 'ours@example.com' })
  hookKnows(first, personOf('legacy-1', 'ours@example.com'))
  const tried = await second.deps.transact(async (tx) => {
    await findUserForUpdate(tx, app.id, id)
    const migrating = migrate(app)
    await somebodyWaits(tx)
    const proven = { type: 'email_address', value: 'other@example.com' } as const
    await insertIdentifier(tx, second.deps, app.id, id, proven, true)
    return { migrating }
  })
  const answer = await tried.migrating
  assert.equal(answer.status, 200)
  const [subject] = await subjects(app, [answer])
  assert.notEqual(subject, id)
  const [dispute] = await disputesOf(app)
  assert.deepEqual([dispute?.user_id, dispute?.held_by], [subject, id])
})
