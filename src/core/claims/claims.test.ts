import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf, dpopKey, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { configure, hookKnows, moveOver, personOf } from '../../../test/house/legacy.ts'
import { logIn, PASSWORD, passwordApp, signUp, storedPassword } from '../../../test/house/passwords.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { listIdentifiers } from '../identifiers/store.ts'

const EMAIL = 'victim@example.com'
const identifier = { type: 'email_address', value: EMAIL }

for (const { engine, w } of await stages()) {
  /** Every way to give somebody else the address as proven. */
  const proofs: readonly (readonly [string, (app: TestApp) => Promise<unknown>])[] = [
    [
      'a legacy session',
      async (app) => {
        await configure(app)
        hookKnows(w, personOf('legacy-1', EMAIL))
        return await moveOver(w, app)
      },
    ],
    ['a user made by the backend', (app) => app.manage('/users', { body: { identifiers: [identifier] } })],
    [
      'an identifier given by the backend',
      async (app) => app.manage(`/users/${await user(w, app)}/identifiers`, { body: { identifier } }),
    ],
  ]

  for (const [what, prove] of proofs) {
    test(`${engine}: ${what} that proves an address evicts whoever signed up with it, and nobody else`, async () => {
      const app = await passwordApp(w, { sign_up_enabled: true })
      const answer = await finalizeWith(
        app,
        await dpopKey(w),
        (await signUp(app, EMAIL, PASSWORD)).body.challenge_token,
      )
      const squatter = String(claimsOf(answer.body.access_token).sub)
      const sessions = [await login(w, app, squatter), await login(w, app, squatter, 'cookie')]
      const bystander = await login(w, app, await user(w, app, { email: 'other@example.com' }))
      await prove(app)
      for (const session of sessions) assert.equal((await session.post(REFRESH)).status, 401)
      assert.equal(await storedPassword(w, app, squatter), undefined)
      assert.deepEqual(await listIdentifiers(w.deps.db, app.id, [squatter]), [])
      assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 401)
      assert.equal((await bystander.post(REFRESH)).status, 200)
    })
  }
}
