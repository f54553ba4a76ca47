import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findOwner } from '../../src/core/identifiers/store.ts'
import { type Answer, application, claimsOf, type TestApp, user } from '../builders.ts'
import {
  answered,
  CONFIG,
  configure,
  HOOK,
  migrate,
  personOf,
  progressOf,
  rowsOf,
  shown,
  through,
} from '../house/legacy.ts'
import { eventsOf } from '../house/rows.ts'
import { finalizeWith } from '../house/tokens.ts'
import type { World } from '../world.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const ROUNDS = 3
const servers = await twoServers()
const [first] = servers

const email = (value: string) => ({ type: 'email_address', value })
const google = (subject: string) => ({ provider: 'google', subject })
const apple = (subject: string) => ({ provider: 'apple', subject })

async function migrating(): Promise<TestApp> {
  const app = await application(first)
  await configure(app)
  return app
}

/**
 * Migrate `CALLERS` sessions at once, the servers taking turns. The hook knows each by `personOf(i)` and answers nobody before all have asked,
 * so that they get to the database together.
 */
async function migrateAtOnce(asked: readonly World[], app: TestApp, personOf: (i: number) => object) {
  const all = Promise.withResolvers<void>()
  let waiting = 0
  for (const w of servers) {
    w.fakeNetwork(async (request) => {
      if (++waiting === CALLERS) all.resolve()
      await all.promise
      return answered(personOf(Number(JSON.parse(request.body ?? '{}').token)))
    })
  }
  return await race((i) => migrate(through(asked[i % asked.length] as World, app), String(i)))
}

/** Whose sessions the challenge tokens become. */
async function subjects(app: TestApp, answers: readonly Awaited<ReturnType<typeof migrate>>[]): Promise<string[]> {
  const finalized = await Promise.all(
    answers.map(({ body, verifier }) => finalizeWith(app, undefined, body.challenge_token, { verifier })),
  )
  assert.deepEqual(tally(finalized), { 200: answers.length })
  return [...new Set(finalized.map(({ body }) => String(claimsOf(body.access_token).sub)))]
}

const usersOf = async (app: TestApp): Promise<{ id: string }[]> => (await app.manage('/users')).body.users
const accepted = (answers: readonly Answer[]) => tally(answers)[200] ?? 0

for (const [where, asked] of [
  ['one server', [first]],
  ['two servers', servers],
] as const) {
  test(`${where}: sixteen first migrations of one person make one user, and all get in`, async () => {
    const app = await migrating()
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
      assert.deepEqual(await progressOf(app), { users_known: round, users_migrated: round, failures: [] })
    }
  })

  test(`${where}: a person who is migrated sixteen times while the backend creates them is one user`, async () => {
    const app = await migrating()
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
    const app = await migrating()
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
    const app = await migrating()
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

  test(`${where}: of sixteen persons with one address, one gets it, and the others are told of a conflict`, async () => {
    const app = await migrating()
    const answers = await migrateAtOnce(asked, app, (i) => personOf(`legacy-${i}`, 'shared@example.com'))
    assert.deepEqual(tally(answers), { 200: 1, '400 bad_request': CALLERS - 1 })
    assert.equal((await usersOf(app)).length, 1)
    const [{ reason, count }] = (await progressOf(app)).failures
    assert.deepEqual({ reason, count }, { reason: 'identifier_conflict', count: CALLERS - 1 })
    assert.equal((await eventsOf(first, app, 'migration.hook_failed')).length, CALLERS - 1)
  })

  test(`${where}: of sixteen persons with the address of a user of ours, one is linked`, async () => {
    const app = await migrating()
    const id = await user(first, app, { email: 'shared@example.com' })
    const answers = await migrateAtOnce(asked, app, (i) => personOf(`legacy-${i}`, 'shared@example.com'))
    assert.deepEqual(tally(answers), { 200: 1, '400 bad_request': CALLERS - 1 })
    assert.deepEqual(
      await subjects(
        app,
        answers.filter(({ status }) => status === 200),
      ),
      [id],
    )
    assert.deepEqual(
      (await usersOf(app)).map((one) => one.id),
      [id],
    )
  })

  test(`${where}: persons whose addresses and accounts cross never wait for each other in a circle`, async () => {
    const app = await migrating()
    for (let round = 1; round <= ROUNDS; round++) {
      const answers = await migrateAtOnce(asked, app, (i) => {
        const identifiers = [email(`a${round}.${i % 4}@example.com`), email(`b${round}.${(i >> 2) % 4}@example.com`)]
        const oauth = [google(`${round}.${i % 3}`), apple(`${round}.${i % 5}`)]
        const rest = { identifiers, oauth }
        const turned = { identifiers: identifiers.toReversed(), oauth: oauth.toReversed() }
        return personOf(`legacy-${round}-${i}`, '', i % 2 ? rest : turned)
      })
      const got = accepted(answers)
      assert.ok(got >= 1)
      assert.deepEqual(tally(answers), { 200: got, '400 bad_request': CALLERS - got })
      const { users = [], identifiers = [] } = await rowsOf(first, app)
      assert.equal(identifiers.length, 2 * users.length)
    }
  })

  test(`${where}: accounts alone that cross do not wait in a circle either`, async () => {
    const app = await migrating()
    for (let round = 1; round <= ROUNDS; round++) {
      const pair = [google(`${round}`), apple(`${round}`)]
      const answers = await migrateAtOnce(asked, app, (i) =>
        personOf(`legacy-${round}-${i}`, `p${round}.${i}@example.com`, { oauth: i % 2 ? pair : pair.toReversed() }),
      )
      assert.deepEqual(tally(answers), { 200: 1, '400 bad_request': CALLERS - 1 })
    }
  })

  test(`${where}: a person whose record changes meanwhile is linked or created, never both`, async () => {
    const app = await migrating()
    for (let round = 1; round <= ROUNDS; round++) {
      const ours = await user(first, app, { email: `ours${round}@example.com` })
      const answers = await migrateAtOnce(asked, app, (i) =>
        personOf(`legacy-${round}`, i % 2 ? `ours${round}@example.com` : `new${round}@example.com`),
      )
      const got = accepted(answers)
      assert.deepEqual(tally(answers), got === CALLERS ? { 200: got } : { 200: 8, '400 bad_request': 8 })
      const [subject, ...more] = await subjects(
        app,
        answers.filter(({ status }) => status === 200),
      )
      assert.deepEqual(more, [])
      assert.equal(subject === ours, got === CALLERS)
    }
  })

  test(`${where}: a user who is deleted while they come over is gone or new, and nobody’s answer is a fault of ours`, async () => {
    const app = await migrating()
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
    const app = await migrating()
    const answers = await migrateAtOnce(asked, app, () => ({}))
    assert.deepEqual(tally(answers), { '400 bad_request': CALLERS })
    assert.equal((await progressOf(app)).failures[0].count, CALLERS)
  })
}

test('of sixteen configurations created at once, one is', async () => {
  const app = await application(first)
  const answers = await race(() => app.manage(CONFIG, { body: { session_validation_url: HOOK } }))
  assert.deepEqual(tally(answers), { 201: 1, '409 migration_config_already_exists': CALLERS - 1 })
})
