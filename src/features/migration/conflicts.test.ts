import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { configure, hookKnows, migrate, moveOver, personOf, progressOf, rowsOf } from '../../../test/house/legacy.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'
import { deleteIdentifier, insertFederatedIdentity } from '../../core/identifiers/store.ts'
import { rfc3339 } from '../../platform/clock.ts'

const [ADA, BOB] = ['ada@example.com', 'bob@example.com']
const PHONE = '+447911123456'
const identifiersOf = (...emails: string[]) => emails.map((value) => ({ type: 'email_address', value }))
const google = { provider: 'google', subject: '108' }

async function linkGoogle(w: World, app: TestApp, userId: string) {
  const row = { app_id: app.id, ...google, user_id: userId, created_at: 0 }
  await w.deps.transact((tx) => insertFederatedIdentity(tx, row))
}

/** Who is there already, and the record of `legacy-1` that does not fit. */
const CONFLICTS: readonly [name: string, prepare: (w: World, app: TestApp) => Promise<unknown>, rest: object][] = [
  [
    'the address belongs to somebody with another external id',
    (w, app) => user(w, app, { externalId: 'legacy-2', email: ADA }),
    {},
  ],
  [
    'the addresses belong to two users of ours',
    async (w, app) => [await user(w, app, { email: ADA }), await user(w, app, { email: BOB })],
    { identifiers: identifiersOf(ADA, BOB) },
  ],
  [
    'the address is one user’s and the phone number another’s',
    async (w, app) => [await user(w, app, { email: ADA }), await user(w, app, { phone: PHONE })],
    { identifiers: [...identifiersOf(ADA), { type: 'phone_number', value: PHONE }] },
  ],
  [
    'the external id is one user’s and the address another’s',
    async (w, app) => [await user(w, app, { externalId: 'legacy-1' }), await user(w, app, { email: ADA })],
    {},
  ],
  [
    'the external id is one user’s and one of two addresses another’s',
    async (w, app) => [await user(w, app, { externalId: 'legacy-1', email: ADA }), await user(w, app, { email: BOB })],
    { identifiers: identifiersOf(ADA, BOB) },
  ],
  [
    'the account at an identity provider belongs to somebody with another external id',
    async (w, app) => linkGoogle(w, app, await user(w, app, { externalId: 'legacy-2' })),
    { oauth: [google] },
  ],
  [
    'the address is one user’s and the account at an identity provider another’s',
    async (w, app) => [await user(w, app, { email: ADA }), await linkGoogle(w, app, await user(w, app))],
    { oauth: [google] },
  ],
  [
    'the external id is one user’s and the account at an identity provider another’s',
    async (w, app) => [
      await user(w, app, { externalId: 'legacy-1' }),
      await linkGoogle(w, app, await user(w, app, { email: BOB })),
    ],
    { oauth: [google] },
  ],
]

for (const { engine, w } of await stages()) {
  for (const [name, prepare, rest] of CONFLICTS) {
    test(`${engine}: a conflict changes nothing, and the backend is told: ${name}`, async () => {
      const app = await application(w)
      await configure(app)
      await prepare(w, app)
      hookKnows(w, personOf('legacy-1', ADA, { profile: { a: 1 }, scopes: ['admin'], ...rest }))
      const before = await rowsOf(w, app)
      assertRefused(await migrate(app), 'bad_request', 'bad_request')
      assert.deepEqual(await rowsOf(w, app), before)
      const now = rfc3339(w.deps.now())
      const reason = 'identifier_conflict'
      assert.deepEqual(await eventsOf(w, app, 'migration.hook_failed'), [{ reason, occurred_at: now }])
      assert.deepEqual((await progressOf(app)).failures, [{ reason, count: 1, last_at: now }])
    })
  }

  test(`${engine}: people who were about to change are looked at again before they count as a conflict`, async () => {
    const app = await application(w)
    await configure(app)
    const other = await user(w, app, { externalId: 'legacy-2', email: ADA })
    hookKnows(w, personOf('legacy-1', ADA))
    const { transact } = w.deps
    let looks = 0
    w.deps.transact = async (work) => {
      const outcome = await transact(work)
      if (++looks === 1) {
        assert.deepEqual(outcome, { kind: 'conflict' })
        const identifier = { type: 'email_address', value: ADA } as const
        await transact((tx) => deleteIdentifier(tx, w.deps, app.id, other, identifier))
      }
      return outcome
    }
    const { status } = await migrate(app)
    w.deps.transact = transact
    assert.deepEqual([status, looks], [200, 2])
  })

  test(`${engine}: a conflict ends when its cause does`, async () => {
    const app = await application(w)
    await configure(app)
    const other = await user(w, app, { externalId: 'legacy-2', email: ADA })
    hookKnows(w, personOf('legacy-1', ADA))
    assertRefused(await migrate(app), 'bad_request', 'bad_request')
    const identifier = { type: 'email_address', value: ADA }
    await app.manage(`/users/${other}/identifiers`, { method: 'DELETE', body: { identifier } })
    assert.notEqual((await moveOver(w, app)).userId, other)
  })
}
