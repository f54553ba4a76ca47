import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issuingKeyId, verifyRefreshToken } from '../../src/core/sessions/refresh-token.ts'
import { findUserByExternalId } from '../../src/core/users/store/ids.ts'
import { readPublicJwk, thumbprint } from '../../src/crypto/jwk.ts'
import { decodeJwt } from '../../src/crypto/jwt.ts'
import { claimsOf, pkce, user } from '../builders.ts'
import { ENGINES } from '../world.ts'
import { cookieNames, finalize, loginCookieOf, openStage, pass, stagedApp, storedSession } from './stage.ts'
import { lines, newContext, openTab } from './tab.ts'

const HOOK = 'https://legacy.example.org/session'

for (const engine of ENGINES) {
  test(`${engine}: a legacy session becomes a session of the SDK, bound to its key, and lives on`, async (t) => {
    const w = await openStage(engine)
    const app = await stagedApp(w)
    await app.manage('/config/migration', { body: { session_validation_url: HOOK } })
    w.fakeNetwork(async ({ url, body }) => {
      if (url !== HOOK || JSON.parse(body ?? '').token !== 'legacy-token') return { kind: 'failed', reason: 'network' }
      const answer = {
        user: { external_id: 'ana', identifiers: [{ type: 'email_address', value: 'ana@example.org' }] },
      }
      return { kind: 'answered', status: 200, headers: {}, body: Buffer.from(JSON.stringify(answer)) }
    })
    const context = await newContext(t)
    const tab = await openTab(context, app.origin, app.host)

    const { verifier, challenge } = pkce()
    const migration = await tab.fetch('/v1/session/migration', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: 'legacy-token', code_challenge: challenge }),
    })
    await tab.storeVerifier(verifier)
    await tab.sdk('finalizeOAuthLogin', JSON.parse(migration.text).challenge_token)
    const [migrated, finalized] = await tab.calls()
    assert.equal(migrated?.line, 'POST /migration 200')
    assert.equal(finalized?.line, 'POST /login/finalize 200')
    assert.equal(finalized.request['x-sdk-user-agent'], 'Prelude/0.6.0 Core/0.2.0 (Web)')
    assert.equal(JSON.parse(finalized.body ?? '').code_verifier, verifier)

    const session = await storedSession(w, app, tab)
    const ana = await findUserByExternalId(w.deps.db, app.id, 'ana')
    const jwk = readPublicJwk(decodeJwt(finalized.request.dpop ?? '')?.header.jwk)
    assert.ok(jwk)
    const { sub, sid, amr, cnf } = (await tab.sdk('getProfile')) ?? {}
    assert.deepEqual([sub, sid, amr], [ana?.id, session.id, ['legacy']])
    assert.deepEqual(cnf, { jkt: thumbprint(jwk) })
    assert.deepEqual([session.user_id, session.jkt, session.counter], [ana?.id, thumbprint(jwk), 0])
    const issued = finalized.response['x-refresh-token'] ?? ''
    const said = { sessionId: session.id, counter: 0, keyId: issuingKeyId(w.deps) }
    assert.deepEqual(verifyRefreshToken(w.deps, app.id, issued), said)
    assert.deepEqual(await cookieNames(context), [loginCookieOf(app)])

    await pass(w, tab, 120)
    await tab.sdk('refresh')
    const [refreshed] = await tab.calls()
    assert.equal(refreshed?.line, 'POST /refresh 200')
    assert.equal(refreshed.request['x-refresh-token'], issued)
    assert.equal((await storedSession(w, app, tab)).counter, 1)
    assert.equal((await tab.sdk('listSessions')).total, 1)
  })

  test(`${engine}: an access token that died is replaced without the application noticing`, async (t) => {
    const w = await openStage(engine)
    const app = await stagedApp(w, { settings: { sessions: { access_token_lifetime_seconds: 10 } } })
    const tab = await openTab(await newContext(t), app.origin, app.host)
    await pass(w, tab, 0)
    await finalize(w, app, tab, await user(w, app))
    await tab.sdk('refresh')
    await tab.sdk('listSessions')
    assert.deepEqual(await lines(tab), ['POST /login/finalize 200', 'GET /me/list 200'])

    await pass(w, tab, 15)
    const before = claimsOf((await tab.sdk('refresh')).user.accessToken)
    assert.deepEqual(await lines(tab), ['POST /refresh 200'])
    assert.equal(Number(before.exp) - Number(before.iat), 10)

    w.advance(11_000)
    assert.equal((await tab.sdk('listSessions')).total, 1)
    const [refused, refreshed, repeated, ...rest] = await tab.calls()
    assert.deepEqual(
      [refused?.line, refreshed?.line, repeated?.line, rest.length],
      ['GET /me/list 401', 'POST /refresh 200', 'GET /me/list 200', 0],
    )
    assert.notEqual(repeated?.request.authorization, refused?.request.authorization)
    assert.equal((await storedSession(w, app, tab)).counter, 2)
  })
}
