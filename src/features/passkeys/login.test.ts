import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, type Client, claimsOf, dpopKey, FINALIZE, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { type AssertionLie, authenticator } from '../../../test/house/authenticator.ts'
import {
  beginLogin,
  beginRegistration,
  finishLogin,
  LOGIN,
  loginBy,
  PASSKEYS,
} from '../../../test/house/passkey-calls.ts'
import { type PasskeyApp, rewritePasskey, signedIn, withPasskey, withPasskeys } from '../../../test/house/passkeys.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'

type Authenticator = ReturnType<typeof authenticator>

const FIVE_MINUTES_MS = 300_000
const DAY_MS = 86_400_000

function assertProven(answer: Answer): string {
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  assert.deepEqual(Object.keys(answer.body), ['challenge_token'])
  return answer.body.challenge_token
}

for (const { engine, w } of await stages()) {
  test(`${engine}: whoever shows a passkey is logged in, with what it has proven and what its logins grant`, async () => {
    const it = await withPasskeys(w, { granted_scopes: ['prld:pwd:write'] })
    const client = await signedIn(it, { email: 'ana@example.com' })
    const one = await withPasskey(it, client)
    const { public_key, login_token } = await beginLogin(it)
    const { challenge, ...options } = public_key
    assert.match(challenge, /^[\w-]{43}$/)
    const terms = { rpId: 'app.example.com', timeout: 60_000, userVerification: 'required', allowCredentials: [] }
    assert.deepEqual(options, terms)
    const token = assertProven(await finishLogin(it, login_token, one.assert(public_key)))
    const session = await finalizeWith(it.app, await dpopKey(w), token)
    const { sub, amr, scope } = claimsOf(session.body.access_token)
    assert.deepEqual([sub, amr, scope], [client.userId, ['hwk', 'user'], 'prld:pwd:write'])
    assertRefused(await finalizeWith(it.app, await dpopKey(w), token), 'token_reused', 'conflict')
  })

  test(`${engine}: a login may begin without a body, with one that says nothing, and with the name of a dispatch`, async () => {
    const it = await withPasskeys(w)
    const begin = (body?: object) => it.app.call(`${LOGIN}/begin`, { method: 'POST', body })
    const challenges = new Set<string>()
    for (const body of [undefined, {}, { dispatch_id: crypto.randomUUID(), members: 'unheard' }])
      challenges.add((await begin(body)).body.public_key.challenge)
    assert.equal(challenges.size, 3)
    for (const dispatch_id of ['x'.repeat(65), 7])
      assertRefused(await begin({ dispatch_id }), 'bad_request', 'bad_request')
  })

  test(`${engine}: 31 an answer that was lost is given again for a minute, and the token takes no other`, async () => {
    const it = await withPasskeys(w)
    const one = await withPasskey(it, await signedIn(it), { counter: 0 })
    const { public_key, login_token } = await beginLogin(it)
    const assertion = one.assert(public_key)
    const finish = () => finishLogin(it, login_token, assertion)
    const token = assertProven(await finish())
    w.advance(59_999)
    assert.equal(assertProven(await finish()), token)
    assertRefused(await finishLogin(it, login_token, one.assert(public_key)), 'token_reused', 'conflict')
    w.advance(1)
    assertRefused(await finish(), 'token_reused', 'conflict')
  })

  test(`${engine}: 32 a login token is good for five minutes, one application and a login; the page begins again`, async () => {
    const it = await withPasskeys(w)
    const [other, client] = [await withPasskeys(w), await signedIn(it)]
    const one = await withPasskey(it, client)
    const begun = await beginLogin(it)
    const assertion = one.assert(begun.public_key)
    const { registration_token } = await beginRegistration(it, client)
    const elsewhere = await beginLogin(other)
    for (const token of [registration_token, elsewhere.login_token, `${begun.login_token.slice(0, -2)}AA`, 'x', ''])
      assertRefused(await finishLogin(it, token, assertion), 'invalid_challenge_token', 'bad_request')
    w.advance(FIVE_MINUTES_MS - 1)
    const late = await beginLogin(it)
    assertProven(await finishLogin(it, begun.login_token, assertion))
    w.advance(FIVE_MINUTES_MS)
    const expired = await finishLogin(it, late.login_token, one.assert(late.public_key))
    assertRefused(expired, 'expired_challenge_token', 'bad_request')
    assertProven(await loginBy(it, one))
  })

  test(`${engine}: what is no login token and no assertion is a bad request`, async () => {
    const it = await withPasskeys(w)
    const one = await withPasskey(it, await signedIn(it))
    const { public_key, login_token } = await beginLogin(it)
    const good = one.assert(public_key)
    const { userHandle: _, ...response } = good.response
    const wrong: [unknown, unknown][] = [
      [undefined, good],
      ['x'.repeat(2049), good],
      [login_token, undefined],
      [login_token, { ...good, id: 7 }],
      [login_token, { ...good, response: { ...response, signature: undefined } }],
      [login_token, { ...good, response: { ...response, clientDataJSON: 'x'.repeat(8193) } }],
    ]
    for (const [token, assertion] of wrong)
      assertRefused(await finishLogin(it, token, assertion), 'bad_request', 'bad_request')
    assertProven(await finishLogin(it, login_token, { ...good, response }))
  })

  test(`${engine}: 37 where passkeys are not configured, or log nobody in, nobody logs in by one`, async () => {
    const one = await withPasskeys(w)
    const key = await withPasskey(one, await signedIn(one))
    const { public_key, login_token } = await beginLogin(one)
    const assertion = key.assert(public_key)
    const neither = async () => {
      assertRefused(await one.app.call(`${LOGIN}/begin`, { body: {} }), 'passkey_not_configured', 'bad_request')
      assertRefused(await finishLogin(one, login_token, assertion), 'passkey_not_configured', 'bad_request')
    }
    assert.equal((await configure(one, { login_enabled: false })).status, 200)
    await neither()
    await one.app.manage('/config/passkey', { method: 'DELETE' })
    await neither()
    await configure(one)
    assertProven(await finishLogin(one, login_token, assertion))
  })

  /** Who or what is not let in, by the number of the negative case in the design; all of it is answered the same. */
  const refused: readonly [string, (it: PasskeyApp, one: Authenticator, userId: string) => Promise<Answer>][] = [
    ['28 an id that nobody has', (it) => loginBy(it, authenticator())],
    ['28 an id that is none', (it, one) => loginBy(it, one, { id: '%', rawId: '%' })],
    ['28 a bad signature', (it, one) => loginBy(it, one, { signature: (bytes) => bytes.fill(1) })],
    ['28 a blocked user', (it, one, userId) => block(it.app, userId).then(() => loginBy(it, one))],
    ['28 a blocked passkey', (it, one) => rewritePasskey(it, one.id, { blocked_at: 1 }).then(() => loginBy(it, one))],
    ['29 the handle of another user', (it, one) => loginBy(it, one, { userHandle: 'dXNyX290aGVy' })],
    [
      '33 another relying party',
      (it, one) => rewritePasskey(it, one.id, { rp_id: 'a.b' }).then(() => loginBy(it, one)),
    ],
    ['33 another application', (it, one) => withPasskeys(it.w).then((other) => loginBy(other, one))],
    ['34 nobody verified', (it, one) => loginBy(it, one, { flags: { uv: false } })],
    ['35 a sign count that goes back', (it, one) => loginBy(it, one, { counter: 5 })],
    ['39 another passkey’s signature', (it, one) => loginBy(it, authenticator(), { id: one.id })],
    ['another challenge', (it, one) => loginBy(it, one, { clientData: { challenge: 'AAAA' } })],
    ['the page of another', (it, one) => loginBy(it, one, { origin: 'https://evil.example.com' })],
    ['a frame of another', (it, one) => loginBy(it, one, { clientData: { crossOrigin: true } })],
    ['an answer to a registration', (it, one) => loginBy(it, one, { clientData: { type: 'webauthn.create' } })],
  ]

  test(`${engine}: whoever is not let in learns nothing of why, and the log does`, async () => {
    const it = await withPasskeys(w)
    const bodies = new Set<string>()
    for (const [what, attempt] of refused) {
      const client = await signedIn(it)
      const one = await withPasskey(it, client, { counter: 10 })
      const logged = w.log.length
      const answer = await attempt(it, one, client.userId)
      assertRefused(answer, 'unauthorized', 'unauthorized')
      bodies.add(`${answer.body.message} ${[...answer.headers.keys()]}`)
      const told = w.log.slice(logged).filter((line) => line.includes('a login by passkey was refused'))
      assert.equal(told.length, 1, what)
      assert.match(told[0] ?? '', /"cause":"[^"]+/)
      assert.equal(JSON.parse(told[0] ?? '{}').request_id, answer.body.request_id)
      assert.doesNotMatch(told[0] ?? '', /signature":|login_token/)
    }
    assert.equal(bodies.size, 1, [...bodies].join('\n'))
    const [counted] = (await it.app.manage('/statistics?metric=login_refused')).body.series
    // One of them tried another application.
    assert.deepEqual([counted.labels, counted.total], [{ way: 'passkey' }, refused.length - 1])
  })

  test(`${engine}: an answer that is refused leaves the token for a good one, 30 with a handle or without`, async () => {
    const it = await withPasskeys(w)
    const one = await withPasskey(it, await signedIn(it))
    const handles: readonly (AssertionLie['userHandle'] | undefined)[] = [null, '', undefined]
    for (const userHandle of handles) {
      const { public_key, login_token } = await beginLogin(it)
      const attempt = (lie: AssertionLie) => finishLogin(it, login_token, one.assert(public_key, lie))
      assertRefused(await attempt({ flags: { up: false } }), 'unauthorized', 'unauthorized')
      assertProven(await attempt(userHandle === undefined ? {} : { userHandle }))
    }
  })

  test(`${engine}: 35 36 a copy of a key that counts is told of; one that is synced from now on is judged by no count`, async () => {
    const it = await withPasskeys(w)
    const one = await withPasskey(it, await signedIn(it), { counter: 10 })
    assertRefused(await loginBy(it, one, { counter: 11 }), 'unauthorized', 'unauthorized')
    assert.equal((await eventsOf(w, it.app, 'user.passkey.regressed')).length, 1)
    const token = assertProven(await loginBy(it, one, { counter: 0, flags: { be: true, bs: true } }))
    assert.deepEqual(claimsOf(token).amr, ['swk', 'user'])
    assert.equal((await eventsOf(w, it.app, 'user.passkey.regressed')).length, 1)
  })

  test(`${engine}: whoever shows a copied key over and over fills neither the events nor the log`, async () => {
    const it = await withPasskeys(w)
    const one = await withPasskey(it, await signedIn(it), { counter: 10 })
    const { public_key, login_token } = await beginLogin(it)
    const copy = one.assert(public_key, { counter: 3 })
    const told = async () => [
      (await eventsOf(w, it.app, 'user.passkey.regressed')).length,
      w.log.filter((line) => line.includes('went back') && line.includes(it.app.id)).length,
    ]
    for (let i = 0; i < 25; i++) assertRefused(await finishLogin(it, login_token, copy), 'unauthorized', 'unauthorized')
    assert.deepEqual(await told(), [20, 20])
    w.advance(DAY_MS)
    assertRefused(await loginBy(it, one, { counter: 4 }), 'unauthorized', 'unauthorized')
    assert.deepEqual(await told(), [21, 21])
  })

  test(`${engine}: a network begins so many logins, and is refused so many; a right one is let in always`, async () => {
    const settings = { passkeys: { starts_per_ip: 7, failures_per_ip: 2 } }
    const it = await withPasskeys(w, {}, { settings })
    const one = await withPasskey(it, await signedIn(it))
    const begin = (ip: string) => it.app.call(`${LOGIN}/begin`, { body: {}, headers: { 'x-forwarded-for': ip } })
    const attempt = async (ip: string, lie: AssertionLie = {}) => {
      const { public_key, login_token } = (await begin(ip)).body
      return await finishLogin(it, login_token, one.assert(public_key, lie), { 'x-forwarded-for': ip })
    }
    const wrong = (ip: string) => attempt(ip, { flags: { uv: false } })
    const assertLimited = (answer: Answer) => {
      assertRefused(answer, 'rate_limited', 'rate_limited')
      assert.equal(answer.headers.get('retry-after'), '600')
    }
    for (let i = 0; i < 2; i++) assertRefused(await wrong('203.0.113.1'), 'unauthorized', 'unauthorized')
    const logged = w.log.length
    for (let i = 0; i < 2; i++) assertLimited(await wrong('203.0.113.1'))
    assert.equal(w.log.length, logged)
    for (let i = 0; i < 3; i++) assertProven(await attempt('203.0.113.1'))
    assertLimited(await begin('203.0.113.1'))
    assertRefused(await wrong('203.0.113.2'), 'unauthorized', 'unauthorized')
    w.advance(600_000)
    assertRefused(await wrong('203.0.113.1'), 'unauthorized', 'unauthorized')
  })

  /** What ends a login by passkey that is under way. */
  const ends: readonly [string, (it: PasskeyApp, client: Client, one: Authenticator) => Promise<Answer>][] = [
    ['the passkey is deleted', (_, client, one) => client.bearer(`${PASSKEYS}/${one.id}`, { method: 'DELETE' })],
    ['passkeys log nobody in any more', (it) => configure(it, { login_enabled: false })],
    ['they are made for another domain', (it) => configure(it, { rp_id: 'example.com' })],
    ['they are not configured any more', (it) => it.app.manage('/config/passkey', { method: 'DELETE' })],
  ]

  test(`${engine}: a login under way opens no session once passkeys, or this one, log nobody in`, async () => {
    for (const [what, end] of ends) {
      const it = await withPasskeys(w)
      const client = await signedIn(it, { email: 'ana@example.com' })
      const one = await withPasskey(it, client)
      const token = assertProven(await loginBy(it, one))
      assert.ok((await end(it, client, one)).status < 300, what)
      const answer = await it.app.call(FINALIZE, { body: { challenge_token: token } })
      assertRefused(answer, 'invalid_challenge_token', 'bad_request')
    }
  })
}

const configure = ({ app, config }: PasskeyApp, change: object = {}) =>
  app.manage('/config/passkey', { method: 'PUT', body: { ...config, ...change } })

const block = (app: TestApp, userId: string) =>
  app.manage(`/users/${userId}/status`, { method: 'PUT', body: { status: 'inactive' } })
