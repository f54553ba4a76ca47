import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  application,
  challengeToken,
  dpopKey,
  FINALIZE,
  pkce,
  REFRESH,
  refreshTokenOf,
  user,
} from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { sessionCount } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith, postProven } from '../../../test/house/tokens.ts'

/** RFC 7636, appendix B. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  test(`${engine}: the verifier of RFC 7636 opens a session, which then refreshes`, async () => {
    const token = await challengeToken(w, app, await user(w, app), CHALLENGE)
    const key = await dpopKey(w)
    const answer = await finalizeWith(app, key, token, { verifier: VERIFIER })
    assert.equal(answer.status, 200)
    const headers = { 'x-refresh-token': refreshTokenOf(answer) ?? '' }
    assert.equal((await postProven(app, REFRESH, key, { headers })).status, 200)
  })

  test(`${engine}: a missing verifier is a bad request and burns nothing`, async () => {
    const userId = await user(w, app)
    const token = await challengeToken(w, app, userId, CHALLENGE)
    const key = await dpopKey(w)
    assertRefused(await finalizeWith(app, key, token), 'bad_request', 'bad_request')
    assert.equal(await sessionCount(w, app, userId), 0)
    assert.equal((await finalizeWith(app, key, token, { verifier: VERIFIER })).status, 200)
  })

  for (const [what, verifier] of [
    ['that of another login', pkce().verifier],
    ['the challenge itself', CHALLENGE],
    ['an empty one', ''],
    ['one too short for a verifier', VERIFIER.slice(0, 42)],
    ['one with white space behind', `${VERIFIER} `],
    ['one too long for a verifier', VERIFIER.repeat(3)],
  ] as const) {
    test(`${engine}: a wrong verifier (${what}) is a bad request and burns the token`, async () => {
      const userId = await user(w, app)
      const token = await challengeToken(w, app, userId, CHALLENGE)
      const key = await dpopKey(w)
      assertRefused(await finalizeWith(app, key, token, { verifier }), 'bad_request', 'bad_request')
      assertRefused(await finalizeWith(app, key, token, { verifier: VERIFIER }), 'token_reused', 'conflict')
      assertRefused(await finalizeWith(app, key, token, { verifier }), 'token_reused', 'conflict')
      assert.equal(await sessionCount(w, app, userId), 0)
    })
  }

  test(`${engine}: a verifier that is no text is a bad request and burns nothing`, async () => {
    const token = await challengeToken(w, app, await user(w, app), CHALLENGE)
    const key = await dpopKey(w)
    for (const code_verifier of [null, 7, [VERIFIER], { verifier: VERIFIER }]) {
      const answer = await postProven(app, FINALIZE, key, { body: { challenge_token: token, code_verifier } })
      assertRefused(answer, 'bad_request', 'bad_request')
    }
    assert.equal((await finalizeWith(app, key, token, { verifier: VERIFIER })).status, 200)
  })
}
