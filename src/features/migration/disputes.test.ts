import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  application,
  challengeToken,
  dpopKey,
  grant,
  login,
  REFRESH,
  type TestApp,
  user,
} from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { loginByCode, NEW } from '../../../test/house/codes.ts'
import { holderOf, linkAccount } from '../../../test/house/federation.ts'
import {
  configure,
  hookKnows,
  migrate,
  moveOver,
  personOf,
  progressOf,
  rowsOf,
  shown,
} from '../../../test/house/legacy.ts'
import { givePassword, logIn, PASSWORD, PASSWORD_CONFIG, passwordConfig } from '../../../test/house/passwords.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { challenged, configure as configureStepUp, direct, doCodeStep } from '../../../test/house/step-up.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import type { World } from '../../../test/world.ts'
import { findGrantedScopes, insertGrants } from '../../core/grants/store.ts'
import { findOwner } from '../../core/identifiers/store/holders.ts'
import { deleteIdentifier } from '../../core/identifiers/store.ts'
import { rfc3339 } from '../../platform/clock.ts'

const [ADA, BOB] = ['ada@example.com', 'bob@example.com']
const PHONE = '+447911123456'
const GOOGLE = { provider: 'google', subject: '108' }
const HOUR_MS = 3_600_000
const identifierOf = (value: string) =>
  ({ type: value.startsWith('+') ? 'phone_number' : 'email_address', value }) as const
const identifiersOf = (...values: string[]) => values.map(identifierOf)

type Link = 'never' | 'email' | 'always'

async function migrating(w: World, link?: Link): Promise<TestApp> {
  const app = await application(w, link ? { settings: { migration: { link } } } : {})
  await configure(app)
  await app.manage(PASSWORD_CONFIG, { body: passwordConfig() })
  return app
}

async function linkGoogle(w: World, app: TestApp, user_id: string) {
  await linkAccount(w, app, user_id, GOOGLE.provider, GOOGLE.subject)
  return user_id
}

const give = (app: TestApp, userId: string, value: string) =>
  app.manage(`/users/${userId}/identifiers`, { body: { identifier: identifierOf(value) } })
const take = (app: TestApp, userId: string, value: string) =>
  app.manage(`/users/${userId}/identifiers`, { method: 'DELETE', body: { identifier: identifierOf(value) } })

/** Who is there already, what the record of `legacy-1` says, and what of it stays with them. */
const DISPUTES: readonly [
  name: string,
  prepare: (w: World, app: TestApp) => Promise<string>,
  rest: object,
  disputed: object[],
  kept: string[],
  link?: Link,
][] = [
  [
    'a number that belongs to somebody with another external id',
    (w, app) => user(w, app, { externalId: 'legacy-2', phone: PHONE, email: BOB }),
    { identifiers: identifiersOf(ADA, PHONE) },
    [{ identifier: identifierOf(PHONE) }],
    [ADA],
  ],
  [
    'the only address, in other letters',
    (w, app) => user(w, app, { externalId: 'legacy-2', email: ADA }),
    { identifiers: identifiersOf('ADA@Example.com') },
    [{ identifier: identifierOf(ADA) }],
    [],
  ],
  [
    'the address of a user of ours who has proven another one',
    async (w, app) => {
      const id = await user(w, app, { email: ADA })
      await give(app, id, BOB)
      return id
    },
    {},
    [{ identifier: identifierOf(ADA) }],
    [],
    'always',
  ],
  [
    'the number of a user of ours, where numbers link nobody',
    (w, app) => user(w, app, { phone: PHONE }),
    { identifiers: identifiersOf(ADA, PHONE) },
    [{ identifier: identifierOf(PHONE) }],
    [ADA],
  ],
  [
    'the address of a user of ours, where nothing links anybody',
    (w, app) => user(w, app, { email: ADA }),
    { identifiers: identifiersOf(ADA, BOB) },
    [{ identifier: identifierOf(ADA) }],
    [BOB],
    'never',
  ],
  [
    'an address that was proven here after the legacy system saw it proven',
    (w, app) => user(w, app, { email: ADA }),
    { identifiers: [{ ...identifierOf(ADA), verified_at: '2019-05-01T00:00:00Z' }] },
    [{ identifier: identifierOf(ADA) }],
    [],
  ],
  [
    'an account at an identity provider of somebody with another external id',
    async (w, app) => await linkGoogle(w, app, await user(w, app, { externalId: 'legacy-2' })),
    { oauth: [GOOGLE, { provider: 'apple', subject: '7' }] },
    [{ oauth: GOOGLE }],
    [ADA],
  ],
  [
    'an account at an identity provider of a user of ours who has proven an address, too',
    async (w, app) => await linkGoogle(w, app, await user(w, app, { email: BOB })),
    { oauth: [GOOGLE] },
    [{ oauth: GOOGLE }],
    [ADA],
  ],
]

for (const { engine, w } of await stages()) {
  for (const [name, prepare, rest, disputed, kept, link] of DISPUTES) {
    test(`${engine}: both come over, what both have proven stays with the first, and the backend is told: ${name}`, async () => {
      const app = await migrating(w, link)
      const first = await prepare(w, app)
      const before = await shown(app, first)
      const client = await login(w, app, first)
      await givePassword(app, first)
      hookKnows(w, personOf('legacy-1', ADA, rest))
      const { userId } = await moveOver(w, app)
      assert.notEqual(userId, first)
      assert.deepEqual(await shown(app, first), before)
      assert.equal((await client.post(REFRESH)).status, 200)
      const second = await shown(app, userId)
      assert.deepEqual([second.external_id, second.identifiers], ['legacy-1', identifiersOf(...kept)])
      const event = { user_id: userId, held_by: first, occurred_at: rfc3339(w.deps.now()) }
      assert.deepEqual(
        await eventsOf(w, app, 'migration.identifier_disputed'),
        disputed.map((what) => ({ ...event, ...what })),
      )
      assert.equal((await moveOver(w, app)).userId, userId)
      assert.deepEqual((await progressOf(app)).failures, [])
    })
  }

  test(`${engine}: an account that is linked leaves to others what they have proven, and takes the rest`, async () => {
    const app = await migrating(w)
    const mother = await linkGoogle(w, app, await user(w, app, { externalId: 'legacy-2', phone: PHONE }))
    const son = await user(w, app, { email: ADA })
    hookKnows(w, personOf('legacy-1', '', { identifiers: identifiersOf(ADA, PHONE, BOB), oauth: [GOOGLE] }))
    assert.equal((await moveOver(w, app)).userId, son)
    assert.deepEqual((await shown(app, son)).identifiers, identifiersOf(ADA, BOB))
    assert.equal(await findOwner(w.deps.db, app.id, identifierOf(PHONE)), mother)
    assert.equal(await holderOf(w, app, GOOGLE.provider, GOOGLE.subject), mother)
    const told = await eventsOf(w, app, 'migration.identifier_disputed')
    assert.deepEqual(
      told.map(({ user_id, held_by, identifier, oauth }) => [user_id, held_by, identifier ?? oauth]),
      [
        [son, mother, identifierOf(PHONE)],
        [son, mother, GOOGLE],
      ],
    )
  })

  test(`${engine}: an address that nobody proved in the legacy system is no dispute`, async () => {
    const app = await migrating(w)
    await user(w, app, { externalId: 'legacy-2', email: ADA })
    hookKnows(w, personOf('legacy-1', '', { identifiers: [{ ...identifierOf(ADA), verified: false }] }))
    await moveOver(w, app)
    assert.deepEqual(await eventsOf(w, app, 'migration.identifier_disputed'), [])
  })

  for (const [name, identifiers, oauth] of [
    ['the addresses belong to two users of ours', identifiersOf(ADA, BOB), []],
    ['the address is one’s and the account at an identity provider another’s', identifiersOf(ADA), [GOOGLE]],
  ] as const) {
    test(`${engine}: a guess between two people changes nothing, and the backend is told: ${name}`, async () => {
      const app = await migrating(w)
      await user(w, app, { email: ADA })
      if (oauth.length > 0) await linkGoogle(w, app, await user(w, app))
      else await user(w, app, { email: BOB })
      hookKnows(w, personOf('legacy-1', '', { identifiers, oauth, profile: { a: 1 } }))
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
    const app = await migrating(w)
    const [ada, bob] = [await user(w, app, { email: ADA }), await user(w, app, { email: BOB })]
    hookKnows(w, personOf('legacy-1', '', { identifiers: identifiersOf(ADA, BOB) }))
    const { transact, together } = w.deps
    let looks = 0
    w.deps.together = async (work) => {
      const outcome = await together(work)
      if (++looks === 1) {
        assert.deepEqual(outcome, { kind: 'conflict' })
        await transact((tx) => deleteIdentifier(tx, w.deps, app.id, bob, identifierOf(BOB)))
      }
      return outcome
    }
    const { status } = await migrate(app)
    w.deps.together = together
    assert.deepEqual([status, looks], [200, 2])
    assert.equal((await shown(app, ada)).external_id, 'legacy-1')
  })

  test(`${engine}: a conflict ends when its cause does`, async () => {
    const app = await migrating(w)
    const [ada, bob] = [await user(w, app, { email: ADA }), await user(w, app, { email: BOB })]
    hookKnows(w, personOf('legacy-1', '', { identifiers: identifiersOf(ADA, BOB) }))
    assertRefused(await migrate(app), 'bad_request', 'bad_request')
    await take(app, ada, ADA)
    assert.equal((await moveOver(w, app)).userId, bob)
  })

  test(`${engine}: whoever is known stays who they are, whatever else the record says by now`, async () => {
    const app = await migrating(w)
    hookKnows(w, personOf('legacy-1', ADA))
    const { userId } = await moveOver(w, app)
    await give(app, userId, 'new@example.com')
    await take(app, userId, ADA)
    const next = await user(w, app, { email: ADA })
    for (const rest of [
      {},
      { identifiers: identifiersOf(ADA, BOB) },
      { identifiers: [] },
      { identifiers: [{ type: 'phone_number', value: '' }], profile: 7, scopes: ['x y'], password_hash: 'none' },
    ]) {
      hookKnows(w, personOf('legacy-1', ADA, rest))
      const before = await rowsOf(w, app)
      assert.equal((await migrate(app)).status, 200)
      assert.deepEqual(await rowsOf(w, app), before)
      assert.equal((await moveOver(w, app)).userId, userId)
    }
    assert.deepEqual((await shown(app, userId)).identifiers, identifiersOf('new@example.com'))
    assert.deepEqual((await shown(app, next)).identifiers, identifiersOf(ADA))
    assert.deepEqual((await progressOf(app)).failures, [])
    assert.deepEqual(await eventsOf(w, app, 'migration.identifier_disputed'), [])
  })

  /** An account with a session, a password and a grant of an earlier holder of its address, an hour old. */
  async function handedOver(link?: Link) {
    const app = await migrating(w, link)
    const userId = await user(w, app, { email: ADA })
    w.advance(HOUR_MS)
    const session = await login(w, app, userId)
    await givePassword(app, userId)
    const held = { app_id: app.id, user_id: userId, session_id: '', jti: '', scope: 'pay' }
    await w.deps.transact((tx) => insertGrants(tx, w.deps, [{ ...held, expires_at: w.deps.now() + 99 * HOUR_MS }]))
    const grants = () =>
      findGrantedScopes(w.deps.db, app.id, { userId, sessionId: session.sessionId, jti: '' }, w.deps.now())
    w.advance(HOUR_MS)
    return { app, userId, session, grants }
  }

  test(`${engine}: a link ends what is older than the legacy system’s proof, and the password comes along`, async () => {
    const { app, userId, session, grants } = await handedOver()
    const verified_at = rfc3339(w.deps.now())
    w.advance(HOUR_MS)
    const younger = await login(w, app, userId)
    await grant(w, app, younger, 'read')
    const pending = await challengeToken(w, app, userId)
    const password_hash = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
    hookKnows(w, personOf('legacy-1', ADA, { identifiers: [{ ...identifierOf(ADA), verified_at }], password_hash }))
    assert.equal((await moveOver(w, app)).userId, userId)
    assertRefused(await session.post(REFRESH), 'unauthorized', 'unauthorized')
    assertRefused(await logIn(app, ADA, PASSWORD), 'unauthorized', 'unauthorized')
    assertRefused(await finalizeWith(app, await dpopKey(w), pending), 'invalid_challenge_token', 'bad_request')
    assert.equal(await grants(), null)
    assert.equal((await younger.post(REFRESH)).status, 200)
    assert.equal((await younger.bearer('/v1/session/me/identifiers')).status, 200)
    assert.equal((await logIn(app, ADA, 'U*U')).status, 200)
  })

  test(`${engine}: a link ends what is older than the last proof made here`, async () => {
    const { app, userId, session, grants } = await handedOver()
    assert.equal((await loginByCode(w, app, NEW, ADA)).status, 200)
    const younger = await login(w, app, userId)
    hookKnows(w, personOf('legacy-1', ADA))
    assert.equal((await moveOver(w, app)).userId, userId)
    assertRefused(await session.post(REFRESH), 'unauthorized', 'unauthorized')
    assertRefused(await logIn(app, ADA, PASSWORD), 'unauthorized', 'unauthorized')
    assert.equal(await grants(), null)
    assert.equal((await younger.post(REFRESH)).status, 200)
  })

  test(`${engine}: a link ends nothing that is younger than every proof`, async () => {
    const { app, userId, session, grants } = await handedOver()
    hookKnows(w, personOf('legacy-1', ADA, { identifiers: [{ ...identifierOf(ADA), verified_at: 'long ago' }] }))
    assert.notEqual((await moveOver(w, app)).userId, userId)
    const another = personOf('legacy-2', ADA)
    hookKnows(w, another)
    assert.equal((await moveOver(w, app)).userId, userId)
    assert.equal((await session.post(REFRESH)).status, 200)
    assert.equal((await logIn(app, ADA, PASSWORD)).status, 200)
    assert.equal(await grants(), 'pay')
  })

  for (const how of ['login', 'step-up'] as const) {
    test(`${engine}: an address that is proven here again, by a ${how}, is proven later than in the legacy system`, async () => {
      const { app, userId } = await handedOver()
      const verified_at = rfc3339(w.deps.now())
      w.advance(HOUR_MS)
      if (how === 'login') assert.equal((await loginByCode(w, app, NEW, ADA)).status, 200)
      else {
        await configureStepUp(app, direct('pay'))
        const client = await login(w, app, userId)
        await doCodeStep(w, app, client, await challenged(app, client, 'pay'))
      }
      hookKnows(w, personOf('legacy-1', ADA, { identifiers: [{ ...identifierOf(ADA), verified_at }] }))
      assert.notEqual((await moveOver(w, app)).userId, userId)
    })
  }

  test(`${engine}: a proof that the legacy system dates into the future ends what there is now, and no more`, async () => {
    const { app, userId, session } = await handedOver()
    const verified_at = rfc3339(w.deps.now() + 99 * HOUR_MS)
    hookKnows(w, personOf('legacy-1', ADA, { identifiers: [{ ...identifierOf(ADA), verified_at }] }))
    const { userId: moved, key, refreshToken } = await moveOver(w, app)
    assert.equal(moved, userId)
    assertRefused(await session.post(REFRESH), 'unauthorized', 'unauthorized')
    const dpop = await key.proof(`${app.origin}${REFRESH}`)
    const refreshed = await app.call(REFRESH, { method: 'POST', headers: { dpop, 'x-refresh-token': refreshToken } })
    assert.equal(refreshed.status, 200)
  })
}
