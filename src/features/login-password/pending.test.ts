import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dpopKey, grant, login, type TestApp } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import {
  givePassword,
  logIn,
  PASSWORD,
  passwordApp,
  RESET,
  signUp,
  userWithPassword,
} from '../../../test/house/passwords.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import type { World } from '../../../test/world.ts'
import { deletePassword, findSignUp } from '../../core/passwords/store.ts'

const EMAIL = 'ada@example.com'
const OTHER = 'a quite different one'
const BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'

async function pendingLogin(app: TestApp, password = PASSWORD): Promise<string> {
  const answer = await logIn(app, EMAIL, password)
  assert.equal(answer.status, 200)
  return answer.body.challenge_token
}

const finish = async (w: World, app: TestApp, token: string) => finalizeWith(app, await dpopKey(w), token)

for (const { engine, w } of await stages()) {
  test(`${engine}: a login by the old password that is finished after its change opens nothing`, async () => {
    const app = await passwordApp(w)
    const userId = await userWithPassword(w, app, EMAIL)
    const client = await login(w, app, userId)
    await grant(w, app, client, 'prld:pwd:write')
    const before = await pendingLogin(app)
    assertNoContent(await client.bearer(RESET, { method: 'POST', body: { password: OTHER } }))
    assertRefused(await finish(w, app, before), 'invalid_challenge_token', 'bad_request')
    const after = await pendingLogin(app, OTHER)
    assert.equal((await finish(w, app, after)).status, 200)
    const last = await pendingLogin(app, OTHER)
    await givePassword(app, userId, { password: OTHER })
    assertRefused(await finish(w, app, last), 'invalid_challenge_token', 'bad_request')
  })

  test(`${engine}: nor does the login of a sign-up whose password was evicted meanwhile`, async () => {
    const app = await passwordApp(w, { sign_up_enabled: true })
    const signedUp = (await signUp(app, EMAIL, PASSWORD)).body.challenge_token
    const loggedIn = await pendingLogin(app)
    const userId = (await findSignUp(w.deps.db, app.id, EMAIL)) ?? ''
    await w.deps.transact((tx) => deletePassword(tx, app.id, userId))
    for (const token of [signedUp, loggedIn])
      assertRefused(await finish(w, app, token), 'invalid_challenge_token', 'bad_request')
  })

  test(`${engine}: a login is finished although another one renewed the hash meanwhile`, async () => {
    const app = await passwordApp(w)
    await userWithPassword(w, app, EMAIL, { password_hash: BCRYPT })
    const [first, second] = [await pendingLogin(app, 'U*U'), await pendingLogin(app, 'U*U')]
    assert.equal((await finish(w, app, second)).status, 200)
    assert.equal((await finish(w, app, first)).status, 200)
  })
}
