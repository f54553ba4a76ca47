import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf, dpopKey, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { REDIRECT_URI, returned } from '../../../test/house/oauth.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { ALGORITHM, sign } from '../../../test/house/saml.ts'
import {
  beginSaml,
  type Connection,
  connect,
  loginBySaml,
  withConnection,
} from '../../../test/house/saml-connections.ts'
import { ADA, type Change, type Person, type Posted, post } from '../../../test/house/saml-idp.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { deleteExpiredAttempts } from '../../core/attempts/store.ts'
import { pathOf } from '../../platform/limits/network.ts'
import { judging } from './arrive.ts'

const FAILED = 'saml_authentication_failed'
const UNASKED = { behavior: { default_redirect_uri: REDIRECT_URI } }

/** What the browser posts, with another RelayState, or with none. */
const relaying = ({ action, fields: { SAMLResponse } }: Posted, RelayState?: string): Posted => ({
  action,
  fields: { SAMLResponse, ...(RelayState !== undefined && { RelayState }) },
})

for (const { engine, w } of await stages()) {
  async function answered(app: TestApp, connection: Connection, person: Person = ADA, change: Change = {}) {
    const { url, verifier } = await beginSaml(app, connection)
    return { posted: await connection.idp.login(url, person, change), verifier }
  }
  const errorOf = async (app: TestApp, posted: Posted) => returned(await post(app, posted)).error
  const checksOf = async (app: TestApp) => (await eventsOf(w, app, 'saml.login_refused')).map(({ check }) => check)

  test(`${engine}: the same post within a minute goes to the same place, and the assertion is good for nothing else`, async () => {
    const { app, connection } = await withConnection(w)
    const { posted } = await answered(app, connection)
    const first = (await post(app, posted)).headers.get('location')
    w.advance(59_999)
    assert.equal((await post(app, posted)).headers.get('location'), first)
    assert.equal(await errorOf(app, relaying(posted)), FAILED)
    w.advance(1)
    assert.equal(await errorOf(app, posted), FAILED)
    assert.deepEqual(await checksOf(app), ['single_use', 'single_use'])
    assert.equal((await app.manage('/users')).body.users.length, 1)
  })

  test(`${engine}: a signed assertion in another response of the same identity provider is the same assertion`, async () => {
    const { app, connection } = await withConnection(w)
    const { posted } = await answered(app, connection)
    const again = Buffer.from(posted.fields.SAMLResponse, 'base64')
      .toString()
      .replace(/ID="_response[^"]*"/, 'ID="_another"')
    assert.ok(returned(await post(app, posted)).challenge_token)
    const SAMLResponse = Buffer.from(again).toString('base64')
    assert.equal(await errorOf(app, { ...posted, fields: { ...posted.fields, SAMLResponse } }), FAILED)
    assert.deepEqual(await checksOf(app), ['single_use'])
  })

  test(`${engine}: an assertion is remembered by its name and connection, by whatever request it comes, and for longer than any clock takes it`, async () => {
    const { app, connection } = await withConnection(w, UNASKED)
    const sister = await connect(w, app)
    const same = { login: { ending: '-same' } }
    for (const one of [connection, sister]) assert.ok((await loginBySaml(app, one, ADA, same)).challenge_token)
    assert.equal((await loginBySaml(app, connection, ADA, same)).error, FAILED)
    const tile = relaying(connection.idp.click(connection.sp, ADA), `${connection.id} _assertion-same`)
    assert.ok(returned(await post(app, tile)).challenge_token, 'what was taken is no login that could be named')
    w.advance(90_000)
    const halfAnHourAhead = w.deps.now() + 1_800_000
    await w.deps.transact((tx) => deleteExpiredAttempts(tx, halfAnHourAhead, 1_000))
    assert.equal(await errorOf(app, tile), FAILED)
    assert.deepEqual(await checksOf(app), ['single_use', 'single_use'])
  })

  test(`${engine}: a login is answered once, by its own connection, within ten minutes`, async () => {
    const { app, connection } = await withConnection(w)
    const sister = await connect(w, app)
    const { url } = await beginSaml(app, connection)
    const [one, other] = [await connection.idp.login(url, ADA), await connection.idp.login(url, ADA)]
    assert.ok(returned(await post(app, one)).challenge_token)
    assert.equal(await errorOf(app, other), FAILED)
    assert.deepEqual(await checksOf(app), ['request'])
    const { fields } = await connection.idp.login((await beginSaml(app, connection)).url, ADA)
    const misled = { action: sister.sp.acs_url, fields }
    assertRefused(await post(app, misled), 'bad_request', 'bad_request')
    const [inTime, late] = [await beginSaml(app, connection), await beginSaml(app, connection)]
    w.advance(599_999)
    assert.ok(returned(await post(app, await connection.idp.login(inTime.url, ADA))).challenge_token)
    w.advance(1)
    assert.equal(await errorOf(app, await connection.idp.login(late.url, ADA)), FAILED)
    assert.equal((await checksOf(app)).at(-1), 'request')
  })

  test(`${engine}: a response to a login of another connection is refused, whoever signed it`, async () => {
    const { app, connection } = await withConnection(w)
    const sister = await connect(w, app, UNASKED)
    const { url } = await beginSaml(app, connection)
    const request = /ID="([^"]+)"/.exec(await requestOf(url))?.[1] ?? ''
    const made = sister.idp.click(sister.sp, ADA, { login: { request } })
    assert.equal(await errorOf(app, made), FAILED)
    assert.equal(await errorOf(app, relaying(made, request)), FAILED)
    assert.deepEqual(await checksOf(app), ['request', 'request'])
    assert.ok(returned(await post(app, await connection.idp.login(url, ADA))).challenge_token, 'nothing was used up')
  })

  test(`${engine}: RelayState is what was sent along, or nothing; a login goes on without`, async () => {
    const { app, connection } = await withConnection(w, UNASKED)
    const begun = await answered(app, connection)
    for (const RelayState of ['https://evil.example/', '_unknown', 'x'.repeat(4_096)])
      assert.equal(await errorOf(app, relaying(begun.posted, RelayState)), FAILED)
    assert.equal(
      await errorOf(app, relaying((await answered(app, connection)).posted, begun.posted.fields.RelayState)),
      FAILED,
    )
    assertRefused(await post(app, relaying(begun.posted, 'x'.repeat(4_097))), 'bad_request', 'bad_request')
    const elsewhere = 'https://www.shop.example/elsewhere'
    await app.manage('', { method: 'PATCH', body: { redirect_uris: [REDIRECT_URI, elsewhere] } })
    const other = await beginSaml(app, connection, { redirect_uri: elsewhere })
    const { fields } = await connection.idp.login(other.url, ADA)
    const back = (await post(app, relaying(begun.posted, fields.RelayState))).headers.get('location') ?? ''
    assert.ok(
      back.startsWith(`${REDIRECT_URI}?`),
      'the login that is answered says where to, not the one that is named',
    )
    assert.deepEqual(new Set(await checksOf(app)), new Set(['relay_state']))
    const { challenge_token = '' } = returned(await post(app, relaying(begun.posted, '')))
    assert.equal((await finalizeWith(app, await dpopKey(w), challenge_token, begun)).status, 200)
  })

  test(`${engine}: where nobody has asked, a fresh response logs in if the connection allows it, for a minute`, async () => {
    const { app, connection } = await withConnection(w)
    const { idp, sp } = connection
    assertRefused(await post(app, idp.click(sp, ADA)), 'bad_request', 'bad_request')
    await connection.set(UNASKED)
    const tile = relaying(idp.click(sp, ADA), 'https://www.shop.example/somewhere')
    const { challenge_token = '' } = returned(await post(app, tile))
    const { exp, iat, sub } = claimsOf(challenge_token)
    assert.equal(Number(exp) - Number(iat), 60)
    assert.equal((await finalizeWith(app, await dpopKey(w), challenge_token)).status, 200)
    const event = { connection_id: connection.id, user_id: sub }
    assert.deepEqual(await eventsOf(w, app, 'saml.unasked_login'), [event])
    const old = idp.click(sp, ADA)
    w.advance(181_000)
    assert.equal(await errorOf(app, old), FAILED)
    const { posted } = await answered(app, connection)
    assert.equal(await errorOf(app, relaying(idp.click(sp, ADA), posted.fields.RelayState)), FAILED)
    assert.deepEqual(await checksOf(app), ['in_response_to', 'age', 'relay_state'])
    assert.ok(returned(await post(app, posted)).challenge_token, 'the login that was named goes on')
  })

  test(`${engine}: junk uses nothing up, and leads back to the login that it names`, async () => {
    const { app, connection } = await withConnection(w)
    const { posted } = await answered(app, connection)
    const { fields } = posted
    for (const SAMLResponse of ['%%%', 'PHg+', fields.SAMLResponse.slice(4), Buffer.from('<a/>').toString('base64')])
      assert.equal(await errorOf(app, { ...posted, fields: { ...fields, SAMLResponse } }), FAILED)
    const forged = await answered(app, connection, ADA, { key: 'stranger' })
    assert.equal(await errorOf(app, forged.posted), FAILED)
    assert.ok(returned(await post(app, posted)).challenge_token)
    const type = 'application/x-www-form-urlencoded'
    const form = (body: string, headers: Record<string, string> = { 'content-type': type }) =>
      app.call(`${connection.path}/acs`, { method: 'POST', headers, body })
    const once = new URLSearchParams({ ...fields }).toString()
    const answers = [
      await form(`${once}&${once}`),
      await form(`RelayState=x`),
      await form(''),
      await form(once, { 'content-type': 'text/plain' }),
      await form(`${once}&x=${'y'.repeat(256 * 1024)}`),
      await app.call(`${connection.path}/acs?${once}`),
    ]
    assert.deepEqual(
      answers.map(({ status }) => status),
      [400, 400, 400, 400, 400, 404],
    )
  })

  test(`${engine}: more than can be judged is turned away with nothing used up, and the junk of strangers before somebody's login`, async () => {
    const { app, connection } = await withConnection(w)
    const { posted } = await answered(app, connection)
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    for (let i = 0; i <= 200; i++) void judging(w.deps).run([app.id, ...pathOf('127.0.0.1')], () => held)
    const full = await post(app, posted)
    assertRefused(full, 'overloaded', 'unavailable')
    assert.equal(full.headers.get('retry-after'), '5')
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': '198.51.100.7' }
    const body = new URLSearchParams({ ...posted.fields }).toString()
    const honest = app.call(`${connection.path}/acs`, { method: 'POST', headers, body })
    await new Promise((resolve) => setImmediate(resolve))
    release()
    assert.ok(returned(await honest).challenge_token)
  })

  test(`${engine}: a place that was taken off the list meanwhile is not gone to`, async () => {
    const { app, connection } = await withConnection(w, UNASKED)
    const { posted } = await answered(app, connection)
    await app.manage('', { method: 'PATCH', body: { redirect_uris: ['https://www.shop.example/other'] } })
    for (const one of [posted, connection.idp.click(connection.sp, ADA)])
      assertRefused(await post(app, one), 'bad_request', 'bad_request')
    await app.manage('', { method: 'PATCH', body: { redirect_uris: [REDIRECT_URI] } })
    assert.ok(returned(await post(app, posted)).challenge_token)
  })

  test(`${engine}: the log and an event say which check refused, to nobody else, and no more often than an operator can read`, async () => {
    const { app, connection } = await withConnection(w)
    const { posted } = await answered(app, connection, ADA, {
      edit: (xml) =>
        xml.replace('acme.example</saml:NameID>', 'acme.example</saml:NameID><saml:NameID>eve</saml:NameID>'),
    })
    assert.deepEqual(returned(await post(app, posted)), {
      error: FAILED,
      error_description: 'The login by your company failed. Try again, or ask whoever looks after it.',
    })
    const [{ check, reason, connection_id }] = (await eventsOf(w, app, 'saml.login_refused')) as [
      Record<string, string>,
    ]
    assert.deepEqual([check, connection_id], ['subject', connection.id])
    assert.match(reason ?? '', /NameID/)
    const lines = w.log
      .map((line) => JSON.parse(line))
      .filter(({ msg, app: named }) => msg === 'saml.login_refused' && named === app.id)
    assert.match(lines[0]?.request_id, /^req_/)
    for (let i = 0; i < 15; i++) await post(app, posted)
    assert.equal((await eventsOf(w, app, 'saml.login_refused')).length, 10)
    const [counted] = (await app.manage('/statistics?metric=login_refused')).body.series
    assert.deepEqual([counted.labels, counted.total], [{ check: 'subject', way: 'saml' }, 16])
  })

  test(`${engine}: SHA-1 is taken only where the operator says so, who is told`, async () => {
    const { app, connection } = await withConnection(w)
    const old = { method: ALGORITHM.rsaSha1, digest: ALGORITHM.sha1 }
    const bySha1 = async () => {
      const { url } = await beginSaml(app, connection)
      return connection.idp.login(url, ADA, {
        tamper: (xml) => sign(xml.replace(/<ds:Signature[\s\S]*?<\/ds:Signature>/, ''), 'Assertion', old),
      })
    }
    assert.equal(await errorOf(app, await bySha1()), FAILED)
    assert.deepEqual(await checksOf(app), ['methods'])
    await connection.set({ behavior: { allow_sha1: true } })
    assert.ok(returned(await post(app, await bySha1())).challenge_token)
    assert.deepEqual(await eventsOf(w, app, 'saml.sha1_accepted'), [{ connection_id: connection.id }])
    assert.ok((await loginBySaml(app, connection)).challenge_token)
    assert.equal((await eventsOf(w, app, 'saml.sha1_accepted')).length, 1)
  })
}

async function requestOf(url: string): Promise<string> {
  const { inflateRawSync } = await import('node:zlib')
  return inflateRawSync(Buffer.from(new URL(url).searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
}
