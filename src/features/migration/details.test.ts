import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { holderOf } from '../../../test/house/federation.ts'
import {
  allow,
  configOf,
  configure,
  hookKnows,
  issuerKey,
  migrate,
  moveOver,
  personOf,
  progressOf,
  publish,
  shown,
} from '../../../test/house/legacy.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { custom } from '../../../test/vectors/legacy/tokens.ts'
import type { World } from '../../../test/world.ts'
import { rfc3339 } from '../../platform/clock.ts'

const ADA = { type: 'email_address', value: 'ada@example.com' }
const SECRET = 'do-not-repeat'

/** A record with something wrong in every member that can do without. */
const BAD = personOf('legacy-1', '', {
  identifiers: [
    { type: 'phone_number', value: `0791 ${SECRET}` },
    { type: SECRET, value: 'x' },
    ADA,
    { type: 'phone_number', value: '+33612345678', verified_at: SECRET },
  ],
  profile: [SECRET],
  scopes: ['read', SECRET, 'prld:pwd:write', `${SECRET} ${SECRET}`],
  oauth: [
    { provider: SECRET, subject: '1' },
    { provider: 'google', subject: '108' },
  ],
  password_hash: SECRET,
})
const MEMBERS = [
  'identifiers[0]',
  'identifiers[1]',
  'identifiers[3].verified_at',
  'profile',
  'scopes[3]',
  'scopes[2]',
  'oauth[0]',
  'scopes[1]',
]

async function migrating(w: World): Promise<TestApp> {
  const app = await application(w)
  await configure(app)
  await allow(app, 'read', 'write')
  return app
}

for (const { engine, w } of await stages()) {
  for (const [way, made] of [
    ['created', false],
    ['linked', true],
  ] as const) {
    test(`${engine}: what cannot be used keeps nobody from being ${way}, and the backend is told where it stands, once`, async () => {
      const app = await migrating(w)
      const ours = made ? await user(w, app, { email: ADA.value, scopes: ['own'] }) : undefined
      hookKnows(w, BAD)
      const { userId } = await moveOver(w, app)
      if (ours) assert.equal(userId, ours)
      const { external_id, identifiers, profile, scopes } = await shown(app, userId)
      assert.deepEqual(
        { external_id, identifiers, profile, scopes },
        {
          external_id: 'legacy-1',
          identifiers: [ADA, { type: 'phone_number', value: '+33612345678' }],
          profile: {},
          scopes: made ? ['own', 'read'] : ['read'],
        },
      )
      assert.equal(await holderOf(w, app, 'google', '108'), userId)

      await moveOver(w, app)
      const at = rfc3339(w.deps.now())
      const events = await eventsOf(w, app, 'migration.hook_failed')
      assert.deepEqual(
        events.map(({ reason, members, occurred_at }) => [
          reason,
          [...((members as string[]) ?? [])].sort(),
          occurred_at,
        ]),
        [
          ['invalid_password_hash', [], at],
          ['unusable_details', MEMBERS.toSorted(), at],
        ],
      )
      assert.ok(!JSON.stringify(events).includes(SECRET))
      assert.ok(!w.log.join('').includes(SECRET))
      const counted = (await progressOf(app)).failures.map((one: { reason: string; count: number }) => [
        one.reason,
        one.count,
      ])
      assert.deepEqual(counted, [
        ['invalid_password_hash', 1],
        ['unusable_details', 1],
      ])
    })
  }

  test(`${engine}: the list of the application binds the hook`, async () => {
    const app = await application(w)
    await configure(app)
    hookKnows(w, personOf('legacy-1', ADA.value, { scopes: ['vip'] }))
    assert.equal((await moveOver(w, app)).claims.scope, undefined)
    await allow(app, 'vip')
    assert.equal((await moveOver(w, app)).claims.scope, undefined)
    hookKnows(w, personOf('legacy-2', 'bob@example.com', { scopes: ['vip', 'VIP'] }))
    assert.equal((await moveOver(w, app)).claims.scope, 'vip')
    const elsewhere = await application(w)
    await configure(elsewhere)
    assert.equal((await moveOver(w, elsewhere)).claims.scope, undefined)
    const [first, second] = await eventsOf(w, app, 'migration.hook_failed')
    assert.deepEqual([first?.members, second?.members], [['scopes[0]'], ['scopes[1]']])
  })

  test(`${engine}: nobody has more than a hundred scopes, and those of ours come first`, async () => {
    const app = await migrating(w)
    const scopes = Array.from({ length: 99 }, (_, i) => `own${i}`)
    const id = await user(w, app, { email: ADA.value, scopes })
    hookKnows(w, personOf('legacy-1', ADA.value, { scopes: ['own7', 'write', 'read'] }))
    assert.equal((await moveOver(w, app)).userId, id)
    assert.deepEqual((await shown(app, id)).scopes, [...scopes, 'write'])
    assert.deepEqual((await eventsOf(w, app, 'migration.hook_failed'))[0]?.members, ['scopes[2]'])
  })

  test(`${engine}: who is left without any identifier stays out, unless the external id is known`, async () => {
    const app = await migrating(w)
    hookKnows(w, personOf('legacy-1', '', { identifiers: [{ type: 'phone_number', value: '' }, null] }))
    assertRefused(await migrate(app), 'bad_request', 'bad_request')
    assert.equal((await progressOf(app)).failures[0].reason, 'missing_identifiers')
    const known = await user(w, app, { externalId: 'legacy-1' })
    assert.equal((await moveOver(w, app)).userId, known)
  })

  test(`${engine}: an unproven identifier is the last usable one, too`, async () => {
    const app = await migrating(w)
    hookKnows(w, personOf('legacy-1', '', { identifiers: [{ ...ADA, verified: 'yes' }] }))
    const { userId } = await moveOver(w, app)
    assert.deepEqual((await shown(app, userId)).identifiers, [])
    assert.deepEqual((await eventsOf(w, app, 'migration.hook_failed'))[0]?.members, ['identifiers[0].verified'])
  })

  test(`${engine}: a number as external id is its text`, async () => {
    const app = await migrating(w)
    hookKnows(w, { user: { external_id: 815, identifiers: [ADA] } })
    const { userId } = await moveOver(w, app)
    assert.equal((await shown(app, userId)).external_id, '815')
    hookKnows(w, personOf('815', 'other@example.com'))
    assert.equal((await moveOver(w, app)).userId, userId)
  })

  test(`${engine}: a token with a claim that cannot be used brings its bearer over`, async () => {
    const app = await application(w)
    const key = await issuerKey(custom.alg)
    await configure(app, configOf(custom))
    publish(w, custom.jwks, key)
    const claims = { ...custom.claims, phone_number: '07911 123456', phone_number_verified: true }
    const token = await key.sign({ ...claims, email: 'ada@example.com', email_verified: true })
    const { userId } = await moveOver(w, app, token)
    assert.deepEqual((await shown(app, userId)).identifiers, [ADA])
    assert.deepEqual((await eventsOf(w, app, 'migration.hook_failed'))[0]?.members, ['identifiers[1]'])
  })
}
