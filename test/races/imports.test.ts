import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadSlice } from '../../src/core/imports/load.ts'
import { application, applicationRecord, send, type TestApp, user } from '../builders.ts'
import { imported, loadFile, outcomesOf, reportOf, startFile } from '../house/imports.ts'
import { personOf, rowsOf } from '../house/legacy.ts'
import { PASSWORD, passwordApp, SIGN_UP } from '../house/passwords.ts'
import type { World } from '../world.ts'
import { race, tally, twoServers } from './contenders.ts'
import { email, migrateAtOnce, migrating, subjects, usersOf } from './migrants.ts'

const ROUNDS = 3
const servers = await twoServers()
const [first, second] = servers
const server = (i: number) => servers[i % servers.length] as World

async function load(w: World, app: TestApp, id: string) {
  const record = await applicationRecord(w, app)
  while ((await loadSlice(w.deps, record, id)) !== 'over');
}

/** Every user once: by external id, and by whatever they have proven. */
async function assertWhole(app: TestApp, people: number) {
  const { users = [], identifiers = [], imported_users = [] } = await rowsOf(first, app)
  const ids = new Set((users as { external_id: string }[]).map(({ external_id }) => external_id))
  assert.deepEqual([users.length, ids.size, imported_users.length], [people, people, people])
  assert.equal(identifiers.length, people)
}

test('of sixteen who start an import one does, and sixteen who load it load every line once', async () => {
  const app = await application(first)
  const lines = Array.from({ length: 250 }, (_, i) => imported(`u${i}`))
  const id = await startFile(app, lines)
  const again = await race((i) => send(server(i), `/v2/session/apps/${app.id}/imports/${id}/start`, post(app)))
  assert.deepEqual(tally(again), { '409 import_state': 16 })
  await race((i) => load(server(i), app, id))
  assert.deepEqual(await outcomesOf(app, id), { created: 250 })
  assert.equal((await reportOf(app, id)).status, 'completed')
  await assertWhole(app, 250)
})

const post = (app: TestApp) => ({ method: 'POST', headers: { authorization: `Bearer ${app.managementKey}` } })

test('two imports of overlapping files, of which one took the turn of the other, make every user once', async () => {
  const app = await application(first)
  for (let round = 1; round <= ROUNDS; round++) {
    const people = Array.from({ length: 150 }, (_, i) => imported(`r${round}u${i}`))
    const ids = [await startFile(app, people), await startFile(app, people.slice(50).toReversed())]
    // The first has not been heard of for longer than a turn lasts.
    second.advance(120_000)
    await Promise.all(ids.map((id, i) => load(server(i), app, id)))
    const sums: Record<string, number> = {}
    for (const id of ids) {
      assert.equal((await reportOf(app, id)).status, 'completed')
      for (const [outcome, count] of Object.entries(await outcomesOf(app, id)))
        sums[outcome] = (sums[outcome] ?? 0) + count
    }
    assert.deepEqual(sums, { created: 150, unchanged: 100 })
    await assertWhole(app, 150 * round)
  }
})

test('whoever comes over by a session while a file is loaded that names them is one user', async () => {
  const app = await migrating(first)
  for (let round = 1; round <= ROUNDS; round++) {
    const names = Array.from({ length: 16 }, (_, i) => `r${round}u${i}`)
    const id = await startFile(
      app,
      names.map((name) => imported(name)),
    )
    const [answers] = await Promise.all([
      migrateAtOnce(servers, app, (i) => personOf(names[i] ?? '', `${names[i]}@example.com`)),
      load(first, app, id),
    ])
    assert.deepEqual(tally(answers), { 200: 16 })
    assert.equal((await subjects(app, answers)).length, 16)
    const { outcomes } = await reportOf(app, id)
    assert.equal(outcomes.created + outcomes.unchanged + outcomes.skipped, 16, JSON.stringify(outcomes))
    assert.equal((await usersOf(app)).length, 16 * round)
  }
})

test('a sign-up, or a user whom the backend makes, with an address that a file has proven gets it, or the file does', async () => {
  const app = await passwordApp(first)
  for (let round = 1; round <= ROUNDS; round++) {
    const names = Array.from({ length: 16 }, (_, i) => `s${round}u${i}`)
    const id = await startFile(
      app,
      names.map((name) => imported(name)),
    )
    await Promise.all([
      race((i) =>
        i % 2 === 0
          ? app.manage('/users', { body: { identifiers: [email(`${names[i]}@example.com`)] } })
          : send(server(i), SIGN_UP, {
              headers: { host: app.host },
              body: { identifier: `${names[i]}@example.com`, password: PASSWORD },
            }),
      ),
      load(second, app, id),
    ])
    const { outcomes } = await reportOf(app, id)
    assert.equal(outcomes.created + outcomes.updated, 16, JSON.stringify(outcomes))
    const { identifiers = [] } = await rowsOf(first, app)
    const proven = (identifiers as { verified_at: number | null; value: string }[]).filter((row) => row.verified_at)
    const mine = proven.filter(({ value }) => value.startsWith(`s${round}u`))
    assert.deepEqual([mine.length, new Set(mine.map(({ value }) => value)).size], [16, 16])
  }
})

test('of two lines of one file that link one user, one does', async () => {
  const app = await application(first)
  await user(first, app, { email: 'ada@example.com' })
  const ada = { identifiers: [{ type: 'email_address' as const, value: 'ada@example.com', verified: true }] }
  const { outcomes } = await loadFile(first, app, [imported('one', ada), imported('two', ada)])
  assert.deepEqual(outcomes, { updated: 1, conflict: 1 })
})
