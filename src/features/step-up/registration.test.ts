import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type Client, claimsOf, login, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { eventsOf, sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import {
  challenged,
  checkCode,
  configure,
  managed,
  refreshWith,
  requestScope,
  type Sdk,
  sendCode,
} from '../../../test/house/step-up.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'
import { passwordRow } from '../../core/passwords/credential.ts'
import { findPassword, insertPassword } from '../../core/passwords/store.ts'
import { rfc3339 } from '../../platform/clock.ts'

const PHONE = 'prld:phone:register'
const EMAIL = 'prld:email:register'

for (const { engine, w } of await stages()) {
  async function story(person: { email?: string; phone?: string } = { email: 'ana@example.com' }) {
    const app = await application(w)
    await configure(app, managed(PHONE), managed(EMAIL))
    return { app, client: await login(w, app, await user(w, app, person)) }
  }
  const identifiersOf = async (app: TestApp, client: Client) =>
    (await app.manage(`/users/${client.userId}`)).body.user.identifiers.map(({ value }: { value: string }) => value)
  const ask = (app: TestApp, client: Client, scope: string, identifier?: string, sdk: Sdk = 'web') =>
    requestScope(app, client, scope, { sdk, metadata: identifier === undefined ? undefined : { identifier } })

  for (const [scope, given, normalised, key] of [
    [PHONE, '+33 6 12 34 56 78', '+33612345678', 'verify_sms'],
    [EMAIL, ' Ana.Second@Example.COM', 'ana.second@example.com', 'verify_email'],
  ] as const) {
    for (const sdk of ['web', 'android'] as const) {
      test(`${engine}: ${scope} attaches what its code was sent to, as the ${sdk} SDK asks for it`, async () => {
        const { app, client } = await story()
        const asked = await ask(app, client, scope, given, sdk)
        assert.equal(asked.body.status, 'review')
        const token = asked.body.challenge_token
        const claims = claimsOf(token)
        assert.equal(claims.current_step, key)
        assert.deepEqual(claims.metadata, { identifier: normalised })
        const { code, recipient } = await sendCode(w, app, token)
        assert.equal(recipient, normalised)
        const wrong = code === '000000' ? '000001' : '000000'
        assertRefused(await checkCode(app, client, token, wrong), 'bad_check_code', 'unauthorized')
        assert.deepEqual(await identifiersOf(app, client), ['ana@example.com'])

        const before = (await eventsOf(w, app, 'user.identifier.created')).length
        const checked = await checkCode(app, client, token, code)
        assert.equal(checked.status, 200)
        assert.deepEqual((await checkCode(app, client, token, code)).body, checked.body)
        assert.deepEqual((await identifiersOf(app, client)).sort(), ['ana@example.com', normalised].sort())
        const events = (await eventsOf(w, app, 'user.identifier.created')).slice(before)
        const type = scope === PHONE ? 'phone_number' : 'email_address'
        const identifier = { type, value: normalised }
        const created_at = rfc3339(w.deps.now())
        assert.deepEqual(events, [{ user_id: client.userId, identifier, created_at }])
        assert.equal((await refreshWith(client, checked.body.challenge_token)).status, 200)
      })
    }
  }

  test(`${engine}: what is no identifier of its kind is refused`, async () => {
    const { app, client } = await story()
    for (const [scope, wrong] of [
      [PHONE, undefined],
      [PHONE, ''],
      [PHONE, '0612345678'],
      [PHONE, 'ana@example.com'],
      [EMAIL, undefined],
      [EMAIL, '+33612345678'],
      [EMAIL, 'ana'],
    ] as const) {
      assertRefused(await ask(app, client, scope, wrong), 'invalid_identifier', 'bad_request')
    }
  })

  test(`${engine}: an identifier that somebody has proven is refused, the user’s own too; an unproven one owns nothing`, async () => {
    const { app, client } = await story()
    await user(w, app, { email: 'bo@example.com' })
    for (const taken of ['bo@example.com', 'BO@example.com', 'ana@example.com'])
      assertRefused(await ask(app, client, EMAIL, taken), 'identifier_already_exists', 'conflict')
    const squatter = await user(w, app)
    const identifier = { type: 'email_address', value: 'cy@example.com' } as const
    await w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, squatter, identifier, false))
    assert.equal((await ask(app, client, EMAIL, 'cy@example.com')).status, 200)
  })

  test(`${engine}: who signed up with an address and proved nothing loses it, its password and its sessions to who proves it`, async () => {
    const { app, client } = await story()
    const identifier = { type: 'email_address', value: 'cy@example.com' } as const
    const squatter = await login(w, app, await user(w, app))
    const other = await login(w, app, await user(w, app, { phone: '+33612345678' }))
    for (const { userId } of [squatter, other]) {
      const password = passwordRow(w.deps, app.id, { userId, hash: 'hash' })
      await w.deps.transact(async (tx) => {
        await insertIdentifier(tx, w.deps, app.id, userId, identifier, false)
        await insertPassword(tx, password)
      })
    }
    const token = await challenged(app, client, EMAIL, { metadata: { identifier: 'cy@example.com' } })
    const { code } = await sendCode(w, app, token)
    assert.equal((await checkCode(app, client, token, code)).status, 200)
    assert.deepEqual(await identifiersOf(app, squatter), [])
    assert.deepEqual(await identifiersOf(app, other), ['+33612345678'])
    assert.equal((await sessionRow(w, app, squatter.sessionId)).end_reason, 'revoked')
    assert.equal((await sessionRow(w, app, other.sessionId)).end_reason, null)
    assert.equal(await findPassword(w.deps.db, app.id, squatter.userId), undefined)
    assert.ok(await findPassword(w.deps.db, app.id, other.userId))
  })

  test(`${engine}: an identifier that somebody else proves meanwhile is theirs, and the challenge stays unspent`, async () => {
    const { app, client } = await story()
    const token = await challenged(app, client, EMAIL, { metadata: { identifier: 'bo@example.com' } })
    const { code } = await sendCode(w, app, token)
    const rival = await user(w, app, { email: 'bo@example.com' })
    for (let i = 0; i < 2; i++)
      assertRefused(await checkCode(app, client, token, code), 'identifier_already_exists', 'conflict')
    assert.deepEqual(await identifiersOf(app, client), ['ana@example.com'])
    const identifier = { type: 'email_address', value: 'bo@example.com' }
    await app.manage(`/users/${rival}/identifiers`, { method: 'DELETE', body: { identifier } })
    assert.equal((await checkCode(app, client, token, code)).status, 200)
  })

  test(`${engine}: without a login configuration of its channel nothing is registered`, async () => {
    const { app, client } = await story()
    const email = { channel_type: 'email', is_default: true }
    assert.equal((await app.manage('/config/login/otp', { body: email })).status, 201)
    assertRefused(await ask(app, client, PHONE, '+33612345678'), 'no_login_config', 'bad_request')
    assert.equal((await ask(app, client, EMAIL, 'bo@example.com')).status, 200)
  })

  test(`${engine}: a user tries out ten identifiers in an hour`, async () => {
    const { app, client } = await story()
    w.advance(3_600_000 - (w.deps.now() % 3_600_000))
    await client.post('/v1/session/refresh')
    for (let i = 0; i < 10; i++) await ask(app, client, EMAIL, 'ana@example.com')
    const more = await ask(app, client, EMAIL, 'bo@example.com')
    assertRefused(more, 'rate_limited', 'rate_limited')
    assert.equal(more.headers.get('retry-after'), '3600')
  })
}
