import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf, dpopKey } from '../../../test/builders.ts'
import { beginLogin, finishLogin, registeredBy } from '../../../test/house/passkey-calls.ts'
import { signedIn, withPasskeys } from '../../../test/house/passkeys.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: a passkey that was registered logs in`, async () => {
    const it = await withPasskeys(w, { granted_scopes: ['prld:pwd:write'] })
    const client = await signedIn(it, { email: 'ana@example.com' })
    const { one, answer } = await registeredBy(it, client)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    const { public_key, login_token } = await beginLogin(it)
    const { challenge, ...options } = public_key
    assert.match(challenge, /^[\w-]{43}$/)
    assert.deepEqual(options, {
      rpId: 'app.example.com',
      timeout: 60_000,
      userVerification: 'required',
      allowCredentials: [],
    })
    const login = await finishLogin(it, login_token, one.assert(public_key))
    assert.deepEqual([login.status, Object.keys(login.body)], [200, ['challenge_token']])
    const session = await finalizeWith(it.app, await dpopKey(w), login.body.challenge_token)
    const { sub, amr, scope } = claimsOf(session.body.access_token)
    assert.deepEqual([sub, amr, scope], [client.userId, ['hwk', 'user'], 'prld:pwd:write'])
  })
}
