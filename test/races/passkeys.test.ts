import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSKEY_SCOPE } from '../../src/core/passkeys/registration.ts'
import { type Client, grant, send, type TestApp } from '../builders.ts'
import { authenticator } from '../house/authenticator.ts'
import { linkAccount } from '../house/federation.ts'
import { CONFIG, configOf } from '../house/oauth.ts'
import { beginLogin, beginRegistration, LOGIN, PASSKEYS, REGISTER } from '../house/passkey-calls.ts'
import {
  begunLogin,
  begunRegistration,
  type PasskeyApp,
  passkeyRow,
  signedIn,
  withPasskey,
  withPasskeys,
} from '../house/passkeys.ts'
import { eventsOf } from '../house/rows.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const ROUNDS = 3
const servers = await twoServers()
const [first] = servers
const on = (it: PasskeyApp, i: number): PasskeyApp => ({ ...it, w: servers[i % 2] as typeof first })

for (const grants of [1, 16]) {
  test(`6 of sixteen answers with one token and ${grants} grants one registers a passkey, and all learn of it`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const it = await withPasskeys(first)
      const client = await signedIn(it)
      for (let i = 0; i < grants; i++) await grant(first, it.app, client, PASSKEY_SCOPE)
      const { publicKey, finishOn } = await begunRegistration(it, client)
      const answer = authenticator().register(publicKey)
      const outcomes = await race((i) => finishOn(on(it, i).w, answer))
      for (const outcome of outcomes) assert.ok(outcome.kind === 'registered' && outcome.isNew, JSON.stringify(outcome))
      assert.equal((await eventsOf(first, it.app, 'user.passkey.registered')).length, 1)
    }
  })
}

test('of sixteen registrations of one credential by different users one has it', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const it = await withPasskeys(first)
    const one = authenticator()
    const begun = await race(async () => {
      const client = await signedIn(it)
      await grant(first, it.app, client, PASSKEY_SCOPE)
      return await begunRegistration(it, client)
    })
    const outcomes = await race((i) => {
      const { publicKey, finishOn } = begun[i] as (typeof begun)[0]
      return finishOn(on(it, i).w, one.register(publicKey))
    })
    const kinds = outcomes.map(({ kind }) => kind).sort()
    assert.deepEqual(kinds, [...Array.from({ length: 15 }, () => 'refused'), 'registered'])
  }
})

test('of sixteen answers with one login token one uses the passkey, and all get one token', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const it = await withPasskeys(first)
    const client = await signedIn(it)
    const one = await withPasskey(it, client, { counter: 0 })
    const { publicKey, finishOn } = await begunLogin(it)
    const answer = one.assert(publicKey)
    const outcomes = await race((i) => finishOn(on(it, i).w, answer))
    const tokens = outcomes.map((outcome) => (outcome.kind === 'proven' ? outcome.challengeToken : outcome.kind))
    assert.equal(new Set(tokens).size, 1)
    assert.match(tokens[0] ?? '', /^ey/)
    assert.equal((await passkeyRow(it, client, one.id)).sign_count, 2)
  }
})

test('of sixteen copies of a key that show the same count one logs in', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const it = await withPasskeys(first)
    const one = await withPasskey(it, await signedIn(it), { counter: 10 })
    const begun = await race(() => begunLogin(it))
    const outcomes = await race((i) => {
      const { publicKey, finishOn } = begun[i] as (typeof begun)[0]
      return finishOn(on(it, i).w, one.assert(publicKey, { counter: 12 }))
    })
    assert.equal(outcomes.filter(({ kind }) => kind === 'proven').length, 1)
    assert.equal((await eventsOf(first, it.app, 'user.passkey.regressed')).length, 15)
  }
})

/** Over HTTP. */
const FEW_ROUNDS = 2
const HALF = CALLERS / 2
const IDENTITIES = '/v1/session/me/identities'

/** Call one server or the other. */
const call = (i: number, app: TestApp, path: string, { method = 'POST', client, body }: Call) =>
  send(servers[i % 2] as typeof first, path, {
    method,
    headers: { host: app.host, ...(client && { authorization: `Bearer ${client.accessToken}` }) },
    ...(body !== undefined && { body }),
  })

interface Call {
  readonly method?: string
  readonly client?: Client
  readonly body?: object
}

/** Somebody in a production application that sends no codes: passkeys and accounts are all they log in by. */
async function withoutCodes(): Promise<{ it: PasskeyApp; client: Client }> {
  const it = await withPasskeys(first, {}, { mode: 'prod' })
  return { it, client: await signedIn(it, { email: 'ana@example.com' }) }
}

test('of two answers with one login token, eight times each at once, one logs in, and the other is no copy of a key', async () => {
  for (let round = 0; round < FEW_ROUNDS; round++) {
    const it = await withPasskeys(first)
    const one = await withPasskey(it, await signedIn(it), { counter: 0 })
    const { public_key, login_token } = await beginLogin(it)
    const bodies = [one.assert(public_key), one.assert(public_key)].map((assertion) => ({ login_token, assertion }))
    const answers = await race((i) =>
      call(i, it.app, `${LOGIN}/finish`, { body: bodies[(i >> 1) % 2] as (typeof bodies)[0] }),
    )
    assert.deepEqual(tally(answers), { 200: HALF, '409 token_reused': HALF })
    assert.equal(new Set(answers.flatMap(({ body }) => body.challenge_token ?? [])).size, 1)
    assert.deepEqual(await eventsOf(first, it.app, 'user.passkey.regressed'), [])
  }
})

test('one scope registers one passkey, however many are registered with it at once', async () => {
  for (let round = 0; round < FEW_ROUNDS; round++) {
    const it = await withPasskeys(first)
    const client = await signedIn(it)
    await beginRegistration(it, client)
    const body = { username: 'ana@example.com' }
    const begun = await race(async (i) => (await call(i, it.app, `${REGISTER}/begin`, { client, body })).body)
    const answers = await race((i) => {
      const { public_key, registration_token } = begun[i]
      const attestation = authenticator().register(public_key)
      return call(i, it.app, `${REGISTER}/finish`, { client, body: { registration_token, attestation } })
    })
    assert.deepEqual(tally(answers), { 200: 1, '403 insufficient_scope': CALLERS - 1 })
    assert.equal((await client.bearer(PASSKEYS)).body.credentials.length, 1)
  }
})

test('of two passkeys that are all somebody logs in by, deleted sixteen times at once, one stays', async () => {
  for (let round = 0; round < FEW_ROUNDS; round++) {
    const { it, client } = await withoutCodes()
    const ones = [await withPasskey(it, client), await withPasskey(it, client)]
    const answers = await race((i) =>
      call(i, it.app, `${PASSKEYS}/${ones[(i >> 1) % 2]?.id}`, { method: 'DELETE', client }),
    )
    assert.deepEqual(tally(answers), { 204: 1, '404 not_found': HALF - 1, '409 last_way_in': HALF })
    assert.equal((await eventsOf(first, it.app, 'user.passkey.deleted')).length, 1)
  }
})

test('of a passkey and an account that are all somebody logs in by, taken away at once, one stays', async () => {
  for (let round = 0; round < FEW_ROUNDS; round++) {
    const { it, client } = await withoutCodes()
    await it.app.manage(`${CONFIG}/github`, { body: configOf('github') })
    await linkAccount(first, it.app, client.userId, 'github', '1')
    const one = await withPasskey(it, client)
    for (let i = 0; i < HALF; i++) await grant(first, it.app, client, 'prld:identities:write')
    const [{ id }] = (await client.bearer(IDENTITIES)).body.identities
    const paths = [`${PASSKEYS}/${one.id}`, `${IDENTITIES}/${id}`]
    const answers = await race((i) => call(i, it.app, paths[(i >> 1) % 2] ?? '', { method: 'DELETE', client }))
    assert.equal(answers.filter(({ status }) => status === 204).length, 1, JSON.stringify(tally(answers)))
    const left = [await client.bearer(PASSKEYS), await client.bearer(IDENTITIES)]
    assert.equal(left.flatMap(({ body }) => body.credentials ?? body.identities).length, 1)
  }
})
