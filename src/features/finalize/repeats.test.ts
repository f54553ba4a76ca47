import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  application,
  challengeToken,
  claimsOf,
  type DpopKey,
  dpopKey,
  pkce,
  REFRESH,
  REVOKE,
  refreshTokenOf,
  user,
} from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { eventsOf, sessionCount } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith, postProven } from '../../../test/house/tokens.ts'

const MINUTE_MS = 60_000

for (const { engine, w } of await stages()) {
  /** A user whose challenge token was finalized once, and whose client never saw the answer. */
  async function lostAnswer(
    key: DpopKey | undefined,
    { verifier, challenge }: { verifier?: string; challenge?: string } = {},
  ) {
    const app = await application(w)
    const userId = await user(w, app)
    const token = await challengeToken(w, app, userId, challenge)
    const proof = verifier === undefined ? {} : { verifier }
    const first = await finalizeWith(app, key, token, proof)
    assert.equal(first.status, 200)
    return { app, userId, token, first, sid: claimsOf(first.body.access_token).sid }
  }

  test(`${engine}: the same client gets the same session and refresh token again within a minute`, async () => {
    const key = await dpopKey(w)
    const { app, userId, token, first, sid } = await lostAnswer(key)
    w.advance(MINUTE_MS - 1)
    const again = await finalizeWith(app, key, token)
    assert.equal(again.status, 200)
    assert.equal(claimsOf(again.body.access_token).sid, sid)
    assert.equal(refreshTokenOf(again), refreshTokenOf(first))
    assert.equal(again.headers.get('x-refresh-token-expires-at'), first.headers.get('x-refresh-token-expires-at'))
    assert.equal(await sessionCount(w, app, userId), 1)
    assert.equal((await eventsOf(w, app, 'user.session.created')).length, 1)
    const headers = { 'x-refresh-token': refreshTokenOf(again) ?? '' }
    assert.equal((await postProven(app, REFRESH, key, { headers })).status, 200)
  })

  test(`${engine}: after a minute the token is used up, and the session lives on`, async () => {
    const key = await dpopKey(w)
    const { app, token, first } = await lostAnswer(key)
    w.advance(MINUTE_MS)
    assertRefused(await finalizeWith(app, key, token), 'token_reused', 'conflict')
    const headers = { 'x-refresh-token': refreshTokenOf(first) ?? '' }
    assert.equal((await postProven(app, REFRESH, key, { headers })).status, 200)
  })

  test(`${engine}: without proving more, another key gets nothing, and neither does no key`, async () => {
    const { app, token } = await lostAnswer(await dpopKey(w))
    assertRefused(await finalizeWith(app, await dpopKey(w), token), 'token_reused', 'conflict')
    assertRefused(await finalizeWith(app, undefined, token), 'token_reused', 'conflict')
  })

  test(`${engine}: a key gets nothing of a session that was started without one`, async () => {
    const { verifier, challenge } = pkce()
    const { app, token } = await lostAnswer(undefined, { verifier, challenge })
    assertRefused(await finalizeWith(app, await dpopKey(w), token, { verifier }), 'token_reused', 'conflict')
  })

  test(`${engine}: once the session was refreshed, the token is used up`, async () => {
    const key = await dpopKey(w)
    const { app, token, first } = await lostAnswer(key)
    const headers = { 'x-refresh-token': refreshTokenOf(first) ?? '' }
    assert.equal((await postProven(app, REFRESH, key, { headers })).status, 200)
    assertRefused(await finalizeWith(app, key, token), 'token_reused', 'conflict')
  })

  test(`${engine}: once the session was ended, the token is used up`, async () => {
    const key = await dpopKey(w)
    const { app, token, first } = await lostAnswer(key)
    const headers = { 'x-refresh-token': refreshTokenOf(first) ?? '' }
    assert.equal((await postProven(app, REVOKE, key, { headers })).status, 204)
    assertRefused(await finalizeWith(app, key, token), 'token_reused', 'conflict')
  })

  test(`${engine}: without a key, the code verifier tells that it is the same client`, async () => {
    const { verifier, challenge } = pkce()
    const { app, token, first, sid } = await lostAnswer(undefined, { verifier, challenge })
    const again = await finalizeWith(app, undefined, token, { verifier })
    assert.equal(again.status, 200)
    assert.equal(claimsOf(again.body.access_token).sid, sid)
    assert.deepEqual(again.headers.getSetCookie(), first.headers.getSetCookie())
  })

  test(`${engine}: without a key and without a code challenge nothing tells, so the token is used up`, async () => {
    const { app, token } = await lostAnswer(undefined)
    assertRefused(await finalizeWith(app, undefined, token), 'token_reused', 'conflict')
  })

  test(`${engine}: a key alone does not stand for the verifier`, async () => {
    const key = await dpopKey(w)
    const { verifier, challenge } = pkce()
    const { app, token, sid } = await lostAnswer(key, { verifier, challenge })
    assertRefused(await finalizeWith(app, key, token), 'bad_request', 'bad_request')
    assertRefused(await finalizeWith(app, key, token, { verifier: pkce().verifier }), 'token_reused', 'conflict')
    const again = await finalizeWith(app, key, token, { verifier })
    assert.equal(claimsOf(again.body.access_token).sid, sid)
  })

  test(`${engine}: a token of one application is not used up by that of another`, async () => {
    const key = await dpopKey(w)
    const { token } = await lostAnswer(key)
    const other = await application(w)
    assertRefused(await finalizeWith(other, key, token), 'invalid_challenge_token', 'bad_request')
  })
}
