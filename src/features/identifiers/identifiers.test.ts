import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type Client, dpopKey, grant, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { insertGrants } from '../../core/grants/store.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'
import { updateUser } from '../../core/users/store.ts'
import { rfc3339 } from '../../platform/clock.ts'

const LIST = '/v1/session/me/identifiers'
const SCOPE = 'prld:identifiers:write'
const EMAIL = 'ada@example.com'
const PHONE = '+306912345678'

const at = (type: string, value: string) => `${LIST}/${type}/${encodeURIComponent(value)}`
const remove = (client: Client, path: string, headers: Record<string, string> = {}) =>
  client.bearer(path, { method: 'DELETE', headers })
const valuesOf = async (client: Client): Promise<string[]> =>
  (await client.bearer(LIST)).body.identifiers.map(({ value }: { value: string }) => value)

for (const { engine, w } of await stages()) {
  const claim = (app: TestApp, userId: string, value: string) =>
    w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, userId, { type: 'email_address', value }, false))

  /** A user with an e-mail address, a phone number and, if wanted, the scope to remove one. */
  async function story(scope?: string) {
    const app = await application(w)
    const client = await login(w, app, await user(w, app, { email: EMAIL, phone: PHONE }))
    if (scope) await grant(w, app, client, scope)
    return { app, client }
  }

  const lacksScope = async (client: Client, path: string) => {
    const answer = await remove(client, path)
    assertRefused(answer, 'insufficient_scope', 'forbidden')
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer .*scope="prld:identifiers:write"$/)
  }

  test(`${engine}: users see their identifiers, oldest first, proven or not`, async () => {
    const app = await application(w)
    const began = rfc3339(w.deps.now())
    const id = await user(w, app, { phone: PHONE })
    w.advance(1000)
    await claim(app, id, 'b@example.com')
    w.advance(1000)
    await claim(app, id, 'a@example.com')
    await user(w, app, { email: EMAIL })
    const client = await login(w, app, id)
    const answer = await client.bearer(LIST)
    assert.equal(answer.status, 200)
    const seconds = (n: number) => rfc3339(Date.parse(began) + n * 1000)
    const shown = answer.body.identifiers.map(({ id, ...rest }: { id: string }) => {
      assert.match(id, /^idf_[0-9a-z]{26}$/)
      return rest
    })
    assert.deepEqual(
      { identifiers: shown },
      {
        identifiers: [
          { type: 'phone_number', value: PHONE, verified: true, created_at: began },
          { type: 'email_address', value: 'b@example.com', verified: false, created_at: seconds(1) },
          { type: 'email_address', value: 'a@example.com', verified: false, created_at: seconds(2) },
        ],
      },
    )
    assert.deepEqual((await client.bearer(LIST)).body, answer.body, 'the same each time')
    const nobody = await login(w, app, await user(w, app))
    assert.deepEqual((await nobody.bearer(LIST)).body, { identifiers: [] })
  })

  test(`${engine}: an identifier keeps its id while others come and go and when it is proven; nobody shares one`, async () => {
    const { app, client } = await story(SCOPE)
    await claim(app, client.userId, 'late@example.com')
    const ids = async (of: Client): Promise<Record<string, string>> => {
      const { identifiers } = (await of.bearer(LIST)).body
      return Object.fromEntries(identifiers.map((one: { id: string; value: string }) => [one.value, one.id]))
    }
    const before = await ids(client)
    const identifier = { type: 'email_address', value: 'late@example.com' }
    await app.manage(`/users/${client.userId}/identifiers`, { body: { identifier } })
    assertNoContent(await remove(client, at('email_address', EMAIL)))
    const { [EMAIL]: gone, ...kept } = before
    assert.deepEqual(await ids(client), kept)
    const heir = await login(w, app, await user(w, app, { email: EMAIL }))
    const twin = await story()
    const all = [...Object.values(before), ...Object.values(await ids(heir)), ...Object.values(await ids(twin.client))]
    assert.equal(new Set(all).size, 3 + 1 + 2)
    assert.ok(gone)
  })

  test(`${engine}: a removed identifier is gone, free for others, and the scope is used up`, async () => {
    const { app, client } = await story(SCOPE)
    assertNoContent(await remove(client, at('email_address', EMAIL)))
    assert.deepEqual(await valuesOf(client), [PHONE])
    assert.deepEqual(await eventsOf(w, app, 'user.identifier.deleted'), [
      {
        user_id: client.userId,
        identifier: { type: 'email_address', value: EMAIL },
        deleted_at: rfc3339(w.deps.now()),
      },
    ])
    await claim(app, client.userId, 'next@example.com')
    await lacksScope(client, at('email_address', 'next@example.com'))
    await client.post(REFRESH)
    await lacksScope(client, at('email_address', 'next@example.com'))
    assert.deepEqual((await valuesOf(client)).toSorted(), [PHONE, 'next@example.com'])
    assert.equal(await user(w, app, { email: EMAIL }).then(() => 'taken over'), 'taken over')
  })

  test(`${engine}: an identifier may be written in any of its forms`, async () => {
    const { client, app } = await story(SCOPE)
    assertNoContent(await remove(client, at('phone_number', '+30 691 234-5678')))
    assert.deepEqual(await valuesOf(client), [EMAIL])
    await grant(w, app, client, SCOPE)
    await claim(app, client.userId, 'second@example.com')
    assertNoContent(await remove(client, at('email_address', 'SECOND@Example.COM')))
    assert.deepEqual(await valuesOf(client), [EMAIL])
  })

  test(`${engine}: without the scope nothing is removed, and it is not told what is there`, async () => {
    const { app, client } = await story()
    for (const value of [EMAIL, 'nobody@example.com', 'nonsense']) await lacksScope(client, at('email_address', value))
    await w.deps.transact((tx) => updateUser(tx, w.deps, app.id, client.userId, { scopes: [SCOPE] }))
    await client.post(REFRESH)
    await lacksScope(client, at('email_address', EMAIL))
    const other = await story('prld:pwd:write')
    await lacksScope(other.client, at('email_address', EMAIL))
    assert.deepEqual((await valuesOf(client)).length, 2)
  })

  test(`${engine}: a token from before the step-up does not carry the scope, nor does that of another session`, async () => {
    const { app, client } = await story()
    const before = client.accessToken
    const other = await login(w, app, client.userId)
    await grant(w, app, client, SCOPE)
    const headers = { authorization: `Bearer ${before}` }
    assertRefused(await remove(client, at('email_address', EMAIL), headers), 'insufficient_scope', 'forbidden')
    await other.post(REFRESH)
    await lacksScope(other, at('email_address', EMAIL))
    assertNoContent(await remove(client, at('email_address', EMAIL)))
  })

  test(`${engine}: a scope that has run out is none, even if the token still carries it`, async () => {
    const { app, client } = await story()
    const row = { app_id: app.id, user_id: client.userId, session_id: client.sessionId, jti: '', scope: SCOPE }
    const expires_at = w.deps.now() + 1000
    await w.deps.transact((tx) => insertGrants(tx, w.deps, [{ ...row, expires_at }]))
    await client.post(REFRESH)
    w.advance(1000)
    await lacksScope(client, at('email_address', EMAIL))
  })

  test(`${engine}: what the user does not have is not there, and costs no scope`, async () => {
    const { app, client } = await story(SCOPE)
    await user(w, app, { email: 'other@example.com' })
    for (const value of ['other@example.com', 'nobody@example.com', 'nonsense', PHONE])
      assertRefused(await remove(client, at('email_address', value)), 'not_found', 'not_found')
    assertRefused(await remove(client, at('phone_number', '+306900000000')), 'not_found', 'not_found')
    assertNoContent(await remove(client, at('email_address', EMAIL)))
  })

  test(`${engine}: another type, and a value that is too long, are refused`, async () => {
    const { client } = await story(SCOPE)
    for (const path of [at('username', 'ada'), at('email_address', 'x'.repeat(321)), `${LIST}/email_address/%ff`])
      assertRefused(await remove(client, path), 'bad_request', 'bad_request')
    assertNoContent(await remove(client, at('email_address', EMAIL)))
  })

  test(`${engine}: the last proven identifier stays, and costs no scope`, async () => {
    const { app, client } = await story(SCOPE)
    assertNoContent(await remove(client, at('phone_number', PHONE)))
    await claim(app, client.userId, 'claimed@example.com')
    await grant(w, app, client, SCOPE)
    for (let i = 0; i < 2; i++)
      assertRefused(await remove(client, at('email_address', EMAIL)), 'last_identifier', 'conflict')
    assert.deepEqual((await valuesOf(client)).length, 2)
    assertNoContent(await remove(client, at('email_address', 'claimed@example.com')))
    assert.deepEqual(await valuesOf(client), [EMAIL])
    const removed = (await eventsOf(w, app, 'user.identifier.deleted')).map(({ identifier }) => identifier)
    assert.deepEqual(removed, [{ type: 'phone_number', value: PHONE }])
  })

  test(`${engine}: a proof may come along and must hold; a wrong one costs no scope`, async () => {
    const { app, client } = await story(SCOPE)
    const path = at('email_address', EMAIL)
    const calls = [
      ['GET', LIST],
      ['DELETE', path],
    ] as const
    const proof = async (method: string, url: string, claims = {}, key = client.key) => ({
      dpop: (await key?.proof(`${app.origin}${url}`, { method, claims })) ?? '',
    })
    const stranger = await dpopKey(w)
    for (const [method, url] of calls) {
      const call = (headers: Record<string, string>) => client.bearer(url, { method, headers })
      assertRefused(await call({ authorization: 'Bearer none' }), 'unauthorized', 'unauthorized')
      assertRefused(await call({ dpop: 'garbage' }), 'invalid_dpop_proof', 'unauthorized')
      assertRefused(await call(await proof(method, '/v1/session/me')), 'invalid_dpop_proof', 'unauthorized')
      assertRefused(await call(await proof(method, url, {}, stranger)), 'dpop_key_mismatch', 'unauthorized')
      assertRefused(await call(await proof(method, url, { iat: 1 })), 'use_dpop_nonce', 'bad_request')
    }
    assert.equal((await client.bearer(LIST, { headers: await proof('GET', LIST) })).status, 200)
    assertNoContent(await remove(client, path, await proof('DELETE', path)))
  })

  test(`${engine}: nobody reaches the identifiers of another application`, async () => {
    const [own, other] = [await story(SCOPE), await story(SCOPE)]
    const headers = { authorization: `Bearer ${own.client.accessToken}` }
    const path = at('email_address', EMAIL)
    assertRefused(await other.app.call(LIST, { headers }), 'unauthorized', 'unauthorized')
    assertRefused(await other.app.call(path, { method: 'DELETE', headers }), 'unauthorized', 'unauthorized')
    assertNoContent(await remove(own.client, path))
    assert.deepEqual((await valuesOf(other.client)).toSorted(), [PHONE, EMAIL])
  })
}
