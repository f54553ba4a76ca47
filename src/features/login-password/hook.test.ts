import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, claimsOf, dpopKey, sentCode, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { checkWith, claimsIn, NEW, tokenOf } from '../../../test/house/codes.ts'
import { answered, personOf, shown } from '../../../test/house/legacy.ts'
import {
  givePassword,
  importedUser,
  logIn,
  PASSWORD,
  PASSWORD_CONFIG,
  passwordApp,
  passwordConfig,
  storedPassword,
  userWithPassword,
  WRONG,
} from '../../../test/house/passwords.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import type { World } from '../../../test/world.ts'
import { writeCounted } from '../../core/rollups/count.ts'
import { listRollups } from '../../core/rollups/store.ts'
import type { OutboundOutcome } from '../../platform/safe-fetch.ts'

const EMAIL = 'ada@example.com'
const HOOK = 'https://legacy.example.com/password/validate'
const NEVER: OutboundOutcome = { kind: 'failed', reason: 'network' }

const hookApp = (w: World, change: object = {}) => passwordApp(w, { password_validation_url: HOOK, ...change })

/** The legacy system knows one password, of this person, and refuses all others. */
const legacyKnows = (w: World, person: object = personOf('legacy-1', EMAIL), password = PASSWORD) =>
  w.fakeNetwork(async ({ body }) =>
    JSON.parse(String(body)).password === password ? answered(person) : answered({}, 401),
  )

const calls = (w: World, app: TestApp) =>
  w.outbound.filter(({ url, body }) => url === HOOK && JSON.parse(String(body)).app_id === app.id)

async function subjectOf(w: World, app: TestApp, answer: Answer): Promise<string> {
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  const finalized = await finalizeWith(app, await dpopKey(w), answer.body.challenge_token)
  assert.equal(finalized.status, 200, JSON.stringify(finalized.body))
  return String(claimsOf(finalized.body.access_token).sub)
}

const DOWN: readonly (readonly [string, OutboundOutcome, string | undefined])[] = [
  ['request_failed', NEVER, undefined],
  ['invalid_status_code', answered({}, 500), undefined],
  ['invalid_status_code', answered({}, 429), undefined],
  ['response_decode_failed', answered('<html>'), undefined],
  ['invalid_response', answered({ valid: true }), undefined],
  ['missing_external_id', answered({ user: {} }), undefined],
  ['missing_identifiers', answered({ user: { external_id: 'nobody' } }), undefined],
]

for (const { engine, w } of await stages()) {
  test(`${engine}: a known user without a password is asked about until the first yes, and never again`, async () => {
    const app = await hookApp(w)
    const userId = await importedUser(w, app, { external_id: 'legacy-1', verified: true })
    legacyKnows(w)
    assertRefused(await logIn(app, EMAIL, WRONG), 'unauthorized', 'unauthorized')
    assert.equal(await subjectOf(w, app, await logIn(app, EMAIL, PASSWORD, '203.0.113.5')), userId)
    const [wrong, right] = calls(w, app).map(({ body }) => JSON.parse(String(body)))
    assert.equal(wrong.password, WRONG)
    assert.deepEqual(right, {
      app_id: app.id,
      identifier: { type: 'email_address', value: EMAIL },
      password: PASSWORD,
      signals: { user_agent: right.signals.user_agent, platform: right.signals.platform, ip: '203.0.113.5' },
    })
    assert.ok(calls(w, app)[1]?.headers?.['x-webhook-signature'])
    assert.match((await storedPassword(w, app, userId))?.hash ?? '', /^\$argon2id\$v=19\$m=7168,t=5,p=1\$/)

    legacyKnows(w, personOf('legacy-1', EMAIL), 'changed there')
    assert.equal(await subjectOf(w, app, await logIn(app, EMAIL, PASSWORD)), userId)
    assertRefused(await logIn(app, EMAIL, 'changed there'), 'unauthorized', 'unauthorized')
    assert.equal(calls(w, app).length, 2)
    assert.doesNotMatch(w.log.join(''), new RegExp(PASSWORD))
  })

  test(`${engine}: an address that nobody here knows brings its user along, by the rules of migration`, async () => {
    const app = await hookApp(w)
    legacyKnows(w, personOf('legacy-7', EMAIL, { profile: { plan: 'pro' }, scopes: ['nobody allows it'] }))
    const userId = await subjectOf(w, app, await logIn(app, EMAIL, PASSWORD))
    const { external_id, identifiers, profile } = await shown(app, userId)
    assert.deepEqual(
      [external_id, identifiers, profile.plan],
      ['legacy-7', [{ type: 'email_address', value: EMAIL }], 'pro'],
    )
    const [event] = await eventsOf(w, app, 'password.hook_failed')
    assert.deepEqual([event?.reason, event?.members], ['unusable_details', ['scopes[0]']])
  })

  test(`${engine}: the legacy system's unproven address is proven by a code first; its newer address logs in at once`, async () => {
    const app = await hookApp(w)
    const person = { external_id: 'legacy-8', identifiers: [{ type: 'email_address', value: EMAIL, verified: false }] }
    legacyKnows(w, { user: person })
    const asked = await logIn(app, EMAIL, PASSWORD)
    assert.equal(asked.status, 403, JSON.stringify(asked.body))
    const proven = await checkWith(app, NEW, tokenOf(asked), await sentCode(w, app, EMAIL))
    const { sub, amr } = claimsIn(proven)
    assert.deepEqual(amr, ['pwd', 'otp'])
    assert.equal(await subjectOf(w, app, await logIn(app, EMAIL, PASSWORD)), sub)
    assert.equal(calls(w, app).length, 1)
    assert.equal(await subjectOf(w, app, await logIn(app, 'newer@example.com', PASSWORD)), sub)
    // Of an address that is nobody's here the hook is asked each time, and what is kept here decides.
    await givePassword(app, String(sub), { password: 'set here since' })
    assertRefused(await logIn(app, 'newer@example.com', PASSWORD), 'unauthorized', 'unauthorized')
    assertRefused(await logIn(app, EMAIL, PASSWORD), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: whoever has a password here, or is blocked, is not asked about; nor does anybody log in by another's address`, async () => {
    const app = await hookApp(w)
    legacyKnows(w, personOf('legacy-1', 'else@example.com'), WRONG)
    await userWithPassword(w, app, EMAIL)
    const blocked = await user(w, app, { email: 'blocked@example.com' })
    await app.manage(`/users/${blocked}/status`, { method: 'PUT', body: { status: 'inactive' } })
    for (const email of [EMAIL, 'blocked@example.com'])
      assertRefused(await logIn(app, email, WRONG), 'unauthorized', 'unauthorized')
    assert.deepEqual(calls(w, app), [])

    const owner = await user(w, app, { email: 'owner@example.com' })
    const users = (await app.manage('/users')).body.users.length
    assertRefused(await logIn(app, 'owner@example.com', WRONG), 'unauthorized', 'unauthorized')
    assert.equal((await app.manage('/users')).body.users.length, users)
    assert.equal(await storedPassword(w, app, owner), undefined)
  })

  test(`${engine}: a hook that cannot say is no refusal, and nobody can tell by it who has a password here`, async () => {
    for (const [reason, outcome] of DOWN) {
      const app = await hookApp(w)
      await userWithPassword(w, app, 'known@example.com')
      await importedUser(w, app, { external_id: 'legacy-1', verified: true })
      w.fakeNetwork(async () => outcome)
      const answers = [
        await logIn(app, EMAIL, PASSWORD),
        await logIn(app, 'nobody@example.com', PASSWORD),
        await logIn(app, 'known@example.com', WRONG),
      ]
      for (const answer of answers) assertRefused(answer, 'internal', 'internal')
      assert.equal((await logIn(app, 'known@example.com', PASSWORD)).status, 200)
      const reasons = (await eventsOf(w, app, 'password.hook_failed')).map((event) => event.reason)
      assert.deepEqual(reasons, [reason, reason])
      legacyKnows(w)
      w.advance(10_000)
      assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 200)
    }
  })

  test(`${engine}: known with a password, known without, unknown, blocked: the same answer, and the same limits before the hook is asked`, async () => {
    const limit = { ttl: 600_000_000_000, limit: 3 }
    const app = await hookApp(w, { rate_limit_login_identifier: limit })
    legacyKnows(w, personOf('legacy-1', EMAIL), 'nobody types this')
    await userWithPassword(w, app, 'known@example.com')
    await importedUser(w, app, { external_id: 'legacy-1', verified: true })
    const blocked = await userWithPassword(w, app, 'blocked@example.com')
    await app.manage(`/users/${blocked}/status`, { method: 'PUT', body: { status: 'inactive' } })
    const seen = new Set<string>()
    for (const email of ['known@example.com', EMAIL, 'nobody@example.com', 'blocked@example.com']) {
      for (let i = 0; i < 3; i++) {
        const { status, headers, body } = await logIn(app, email, WRONG)
        seen.add(JSON.stringify([status, body.code, body.message, [...headers.keys()].sort()]))
      }
      assertRefused(await logIn(app, email, WRONG), 'rate_limited', 'rate_limited')
    }
    assert.equal(seen.size, 1, [...seen].join('\n'))
    assert.equal(calls(w, app).length, 6)
  })

  test(`${engine}: what became of passwords is counted by what they were compared with`, async () => {
    const app = await hookApp(w)
    legacyKnows(w)
    await importedUser(w, app, { external_id: 'legacy-1', verified: true })
    const hash = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
    await userWithPassword(w, app, 'bob@example.com', { password_hash: hash })
    for (const [email, password] of [
      [EMAIL, WRONG],
      [EMAIL, PASSWORD],
      [EMAIL, PASSWORD],
      ['bob@example.com', WRONG],
      ['bob@example.com', 'U*U'],
      ['bob@example.com', WRONG],
    ] as const)
      await logIn(app, email, password)
    await writeCounted(w.deps)
    const counted = await listRollups(w.deps.db, app.id, 'password_login', 0, Number.MAX_SAFE_INTEGER)
    assert.deepEqual(counted.map(({ labels, count }) => `${labels.hash} ${labels.outcome} ${count}`).sort(), [
      'hook right 1',
      'hook wrong 1',
      'imported right 1',
      'imported wrong 1',
      'own right 1',
      'own wrong 1',
    ])
  })

  test(`${engine}: the hook must be https, and hold no credentials`, async () => {
    const app = await hookApp(w)
    for (const url of ['http://legacy.example.com/x', 'https://a:b@legacy.example.com/x', 'legacy']) {
      const body = passwordConfig({ password_validation_url: url })
      const answer = await app.manage(PASSWORD_CONFIG, { method: 'PUT', body })
      assert.equal(answer.status, 400)
      assert.match(answer.body.message, /^body\.password_validation_url: /)
    }
    assert.equal((await app.manage(PASSWORD_CONFIG)).body.config.password_validation_url, HOOK)
  })
}
