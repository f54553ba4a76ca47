import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, applicationRecord, FINALIZE, login, pkce, REFRESH, user } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { scopesOf } from '../../../test/house/step-up.ts'
import { issueLoginChallenge } from '../../core/challenges/challenge-token.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: a scope of the account itself that a login grants lives ten minutes from the login, another as long as the session`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app, { email: 'ana@example.com' }))
    const { verifier, challenge } = pkce()
    const proof = {
      userId: client.userId,
      amr: ['otp'],
      codeChallenge: challenge,
      grantedScopes: ['prld:pwd:write', 'prld:identifiers:write', 'reports:read'],
    }
    const challenge_token = await issueLoginChallenge(w.deps, await applicationRecord(w, app), proof)
    w.advance(300_000)
    assert.equal((await client.post(FINALIZE, { body: { challenge_token, code_verifier: verifier } })).status, 200)
    assert.deepEqual(scopesOf(client), ['prld:pwd:write', 'prld:identifiers:write', 'reports:read'])
    w.advance(299_999)
    await client.post(REFRESH)
    assert.deepEqual(scopesOf(client).length, 3, 'the ten minutes began with the proof')
    w.advance(1)
    await client.post(REFRESH)
    assert.deepEqual(scopesOf(client), ['reports:read'])
    w.advance(20 * 86_400_000)
    await client.post(REFRESH)
    assert.deepEqual(scopesOf(client), ['reports:read'])
  })
}
