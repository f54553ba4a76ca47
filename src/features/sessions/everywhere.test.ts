import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  application,
  applicationRecord,
  type Client,
  challengeToken,
  claimsOf,
  FINALIZE,
  grant,
  login,
  pkce,
  REFRESH,
  type TestApp,
  user,
} from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { EMAIL, loginByCode, NEW } from '../../../test/house/codes.ts'
import { passwordApp } from '../../../test/house/passwords.ts'
import { stages } from '../../../test/house/stages.ts'
import { challengeOf, finalizeWith } from '../../../test/house/tokens.ts'
import type { World } from '../../../test/world.ts'
import { issueLoginChallenge } from '../../core/challenges/challenge-token.ts'
import { lockOut } from '../../core/claims/claims.ts'
import { insertGrants } from '../../core/grants/store.ts'

const END = '/v1/session/me/revoke'
interface Place {
  readonly w: World
  readonly app: TestApp
  readonly client: Client
}

const status = (app: TestApp, client: Client, to: string) =>
  app.manage(`/users/${client.userId}/status`, { method: 'PUT', body: { status: to } })
const password = (app: TestApp, client: Client, body: object) =>
  app.manage(`/users/${client.userId}/password`, {
    method: 'PUT',
    body: { password: 'correct horse battery', ...body },
  })

/** Every way to put an end to what a user has open, with whether it ends the session it is done from, and logins under way. */
const WAYS: readonly (readonly [string, (place: Place) => Promise<unknown>, { here: boolean; pending: boolean }])[] = [
  [
    'the user ends all sessions',
    ({ client }) => client.bearer(`${END}?target=all`, { method: 'POST' }),
    { here: true, pending: true },
  ],
  [
    'the user ends all others',
    ({ client }) => client.bearer(`${END}?target=others`, { method: 'POST' }),
    { here: false, pending: true },
  ],
  [
    'the backend ends all sessions',
    ({ app, client }) => app.manage(`/users/${client.userId}/sessions/revoke`, { method: 'POST' }),
    { here: true, pending: true },
  ],
  [
    'the user is blocked and let in again',
    async ({ app, client }) => {
      await status(app, client, 'blocked')
      await status(app, client, 'active')
    },
    { here: true, pending: true },
  ],
  [
    'the backend sets a password and ends sessions',
    ({ app, client }) => password(app, client, { end_sessions: true }),
    { here: true, pending: true },
  ],
  ['the backend sets a password', ({ app, client }) => password(app, client, {}), { here: false, pending: false }],
  [
    'the user sets a password',
    async ({ w, app, client }) => {
      await grant(w, app, client, 'prld:pwd:write')
      const body = { password: 'correct horse battery' }
      assert.equal((await client.bearer('/v1/session/me/password/reset', { method: 'POST', body })).status, 204)
    },
    { here: false, pending: true },
  ],
  [
    'somebody else proves the address',
    ({ w, app, client }) => w.deps.transact((tx) => lockOut(tx, w.deps, app.id, client.userId)),
    { here: true, pending: true },
  ],
]

for (const { engine, w } of await stages()) {
  async function raised() {
    const app = await passwordApp(w)
    const client = await login(w, app, await user(w, app, { email: EMAIL }))
    const row = { app_id: app.id, user_id: client.userId, session_id: '', jti: '', scope: 'transfer' }
    await w.deps.transact((tx) => insertGrants(tx, w.deps, [{ ...row, expires_at: w.deps.now() + 86_400_000 }]))
    await client.post(REFRESH)
    assert.equal(claimsOf(client.accessToken).scope, 'transfer')
    return { w, app, client }
  }
  const scopeOf = (client: Client) => claimsOf(client.accessToken).scope

  for (const [what, act, { here, pending }] of WAYS) {
    test(`${engine}: what was granted to a user as such ends when ${what}`, async () => {
      const place = await raised()
      const { app, client } = place
      await act(place)
      assert.equal((await client.post(REFRESH)).status, here ? 401 : 200)
      if (!here) assert.notEqual(scopeOf(client), 'transfer')
      const anew = await login(w, app, client.userId)
      assert.equal(scopeOf(anew), undefined)
    })

    test(`${engine}: a login that had not been finalized opens ${pending ? 'nothing' : 'its session'} when ${what}`, async () => {
      const place = await raised()
      const { app, client } = place
      const { challenge_token } = (await loginByCode(w, app, NEW, EMAIL)).body
      const { verifier, challenge } = pkce()
      const record = await applicationRecord(w, app)
      const migrated = await issueLoginChallenge(w.deps, record, {
        userId: client.userId,
        amr: ['legacy'],
        codeChallenge: challenge,
      })
      await act(place)
      const late = [
        await finalizeWith(app, undefined, challenge_token),
        await finalizeWith(app, undefined, migrated, { verifier }),
      ]
      for (const answer of late) {
        if (pending) assertRefused(answer, 'invalid_challenge_token', 'bad_request')
        else assert.equal(answer.status, 200)
      }
      // Whoever proves it anew is in, though no time has passed.
      const anew = await finalizeWith(app, undefined, (await loginByCode(w, app, NEW, EMAIL)).body.challenge_token)
      assert.equal(anew.status, 200)
    })
  }

  for (const target of ['mine', 'session'] as const) {
    test(`${engine}: one session that ends (${target}) takes nothing with it that is the user’s`, async () => {
      const { app, client } = await raised()
      const elsewhere = await login(w, app, client.userId)
      const token = await challengeToken(w, app, client.userId)
      const query = target === 'mine' ? 'target=mine' : `target=session&session_id=${client.sessionId}`
      assert.equal((await client.bearer(`${END}?${query}`, { method: 'POST' })).status, 204)
      await elsewhere.post(REFRESH)
      assert.equal(scopeOf(elsewhere), 'transfer')
      assert.equal((await finalizeWith(app, undefined, token)).status, 200)
    })
  }

  test(`${engine}: a second end of everything ends the logins begun since the first, however soon`, async () => {
    const { app, client } = await raised()
    const endAll = async () => app.manage(`/users/${client.userId}/sessions/revoke`, { method: 'POST' })
    for (let i = 0; i < 3; i++) {
      await endAll()
      const token = await challengeToken(w, app, client.userId)
      await endAll()
      assertRefused(await finalizeWith(app, undefined, token), 'invalid_challenge_token', 'bad_request')
    }
  })

  test(`${engine}: of a token by the release before, which names no such moment, the time tells`, async () => {
    const { app, client } = await raised()
    const old = () => challengeOf(w, app, { sub: client.userId })
    const before = await old()
    w.advance(5000)
    await client.bearer(`${END}?target=all`, { method: 'POST' })
    w.advance(5000)
    assertRefused(await finalizeWith(app, undefined, before), 'invalid_challenge_token', 'bad_request')
    assert.equal((await finalizeWith(app, undefined, await old())).status, 200)
  })

  test(`${engine}: a login by code opens nothing once its address is no longer the user’s`, async () => {
    const { app, client } = await raised()
    const { challenge_token } = (await loginByCode(w, app, NEW, EMAIL)).body
    const identifier = { type: 'email_address', value: EMAIL }
    const path = `/users/${client.userId}/identifiers`
    assert.equal((await app.manage(path, { method: 'DELETE', body: { identifier } })).status, 200)
    assertRefused(await finalizeWith(app, undefined, challenge_token), 'invalid_challenge_token', 'bad_request')
  })

  test(`${engine}: nor when the address is another user’s by then`, async () => {
    const { app, client } = await raised()
    const { challenge_token } = (await loginByCode(w, app, NEW, EMAIL)).body
    const identifier = { type: 'email_address', value: EMAIL }
    await app.manage(`/users/${client.userId}/identifiers`, { method: 'DELETE', body: { identifier } })
    const next = await user(w, app, { email: EMAIL })
    assertRefused(await finalizeWith(app, undefined, challenge_token), 'invalid_challenge_token', 'bad_request')
    const own = await finalizeWith(app, undefined, (await loginByCode(w, app, NEW, EMAIL)).body.challenge_token)
    assert.equal(claimsOf(own.body.access_token).sub, next)
  })

  test(`${engine}: a migrated login opens nothing once the user has another id of the legacy system`, async () => {
    const app = await application(w)
    const answer = {
      user: { external_id: 'customer-8', identifiers: [{ type: 'email_address', value: 'grace@example.com' }] },
    }
    w.fakeNetwork(async () => ({
      kind: 'answered',
      status: 200,
      headers: {},
      body: Buffer.from(JSON.stringify(answer)),
    }))
    const hook = 'https://legacy.example.com/validate'
    assert.equal((await app.manage('/config/migration', { body: { session_validation_url: hook } })).status, 201)
    const migrated = async () => {
      const { verifier, challenge } = pkce()
      const body = { token: 'legacy', code_challenge: challenge }
      const { challenge_token } = (await app.call('/v1/session/migration', { body })).body
      return { challenge_token, code_verifier: verifier }
    }
    const first = await app.call(FINALIZE, { body: await migrated() })
    assert.equal(first.status, 200)
    const pending = await migrated()
    const sub = claimsOf(first.body.access_token).sub
    const body = { external_id: 'customer-9' }
    assert.equal((await app.manage(`/users/${sub}/external_id`, { method: 'PUT', body })).status, 204)
    assertRefused(await app.call(FINALIZE, { body: pending }), 'invalid_challenge_token', 'bad_request')
  })
}
