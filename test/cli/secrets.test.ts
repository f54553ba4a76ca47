import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  application,
  challengeToken,
  FINALIZE,
  login,
  pkce,
  REFRESH,
  REVOKE,
  refreshTokenOf,
  user,
} from '../builders.ts'
import { ENGINES, world } from '../world.ts'

const HOOK = 'https://legacy.example/validate'
const ADDRESS = 'ada.lovelace@example.com'
const PHONE = '+33612345678'

for (const engine of ENGINES) {
  test(`${engine}: no token, key, identifier or verifier of a migrated session’s life reaches the log, at any level`, async () => {
    const w = await world(engine)
    const app = await application(w)
    const configured = await app.manage('/config/migration', { body: { session_validation_url: HOOK } })
    assert.equal(configured.status, 201, JSON.stringify(configured.body))
    const identifiers = [
      { type: 'email_address', value: ADDRESS },
      { type: 'phone_number', value: PHONE },
    ]
    const answer = JSON.stringify({ user: { external_id: 'legacy-7', identifiers } })
    w.fakeNetwork(({ url }) =>
      url === HOOK
        ? Promise.resolve({ kind: 'answered', status: 200, headers: {}, body: Buffer.from(answer) })
        : undefined,
    )

    const legacyToken = 'legacy-session-token-0123456789'
    const { verifier, challenge } = pkce()
    const migrated = await app.call('/v1/session/migration', {
      body: { token: legacyToken, code_challenge: challenge },
    })
    assert.equal(migrated.status, 200, JSON.stringify(migrated.body))
    const { challenge_token } = migrated.body
    const finalized = await app.call(FINALIZE, { body: { challenge_token, code_verifier: verifier } })
    assert.equal(finalized.status, 200, JSON.stringify(finalized.body))
    const cookie = { cookie: `__Host-refresh_${app.id}=${refreshTokenOf(finalized)}` }
    const refreshed = await app.call(REFRESH, { method: 'POST', headers: cookie })
    assert.equal(refreshed.status, 200)

    const client = await login(w, app, await user(w, app, { email: 'grace@example.com' }))
    const early = client.refreshToken
    await client.post(REFRESH)
    await client.post(REFRESH)
    await client.post(REVOKE)
    const refused = await app.call(FINALIZE, { body: { challenge_token, code_verifier: 'wrong' } })
    assert.equal(refused.status, 409)

    // With the network gone the hook fails; with a table gone the server does.
    w.fakeNetwork(() => undefined)
    assert.equal(
      (await app.call('/v1/session/migration', { body: { token: legacyToken, code_challenge: challenge } })).status,
      500,
    )
    await w.deps.transact(async (tx) => {
      await tx.schema.dropTable('sessions').execute()
    })
    const failing = [
      await client.post(REFRESH),
      await client.bearer('/v1/session/me/list'),
      await app.call(REFRESH, {
        method: 'POST',
        headers: { cookie: `__Host-refresh_${app.id}=${refreshTokenOf(refreshed)}` },
      }),
      await app.call(FINALIZE, {
        body: { challenge_token: await challengeToken(w, app, client.userId), code_verifier: verifier },
      }),
    ]
    assert.deepEqual(
      failing.map(({ status }) => status),
      [500, 500, 500, 500],
    )
    assert.equal(w.log.filter((line) => line.includes('unexpected error')).length, failing.length)

    const secrets = {
      legacyToken,
      verifier,
      challenge_token,
      access: finalized.body.access_token,
      refresh: refreshTokenOf(finalized),
      next: refreshTokenOf(refreshed),
      early,
      late: client.refreshToken,
      lateAccess: client.accessToken,
      managementKey: app.managementKey,
      ADDRESS,
      PHONE,
      other: 'grace@example.com',
      masterKey: Buffer.from(w.deps.config.masterKey).toString('base64'),
    }
    const log = w.log.join('')
    for (const [name, secret] of Object.entries(secrets)) {
      assert.ok(secret && secret.length > 8, name)
      assert.ok(!log.includes(secret), `${name} is in the log`)
    }
  })
}
