import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, login, REFRESH, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import {
  bank,
  challenged,
  checkCode,
  configOf,
  configure,
  configureWith,
  continueWith,
  direct,
  doCodeStep,
  outside,
  refreshWith,
  scopesOf,
  sendCode,
  step,
} from '../../../test/house/step-up.ts'
import type { GrantTables } from '../../core/grants/tables.ts'

for (const { engine, w } of await stages()) {
  async function story(scope: object) {
    const app = await application(w)
    await configure(app, scope)
    const client = await login(w, app, await user(w, app, { email: 'ana@example.com' }))
    const grants = async () =>
      (
        await w.deps.db
          .withTables<GrantTables>()
          .selectFrom('grants')
          .selectAll()
          .where('app_id', '=', app.id)
          .execute()
      ).length
    return { app, client, grants }
  }

  for (const mode of ['session-bound', 'profile-bound']) {
    test(`${engine}: a ${mode} scope comes with the code: any next refresh carries it, and the token adds nothing`, async () => {
      const { app, client, grants } = await story(direct('reports:read', { grant_mode: mode }))
      const completed = await doCodeStep(w, app, client, await challenged(app, client, 'reports:read'))
      assert.equal((await client.post(REFRESH)).status, 200)
      assert.deepEqual(scopesOf(client), ['reports:read'])
      w.advance(120_000)
      assert.equal((await refreshWith(client, completed)).status, 200)
      assert.deepEqual(scopesOf(client), ['reports:read'])
      assert.equal(claimsOf(client.accessToken).jti, claimsOf(completed).jti)
      assert.equal(await grants(), 1)
      w.advance(180_000)
      await client.post(REFRESH)
      assert.deepEqual(scopesOf(client), [], 'its time began with the code')
    })

    test(`${engine}: a ${mode} scope comes with the last of several steps, not before`, async () => {
      const app = await application(w)
      const b = await bank(w)
      const steps = [step('verify_email', 1), step('approve', 2)]
      await configureWith(app, configOf([direct('reports:read', { grant_mode: mode, steps })], { jwks_url: b.jwksUrl }))
      outside(w, { jwks: b.jwks, jwksUrl: b.jwksUrl })
      const client = await login(w, app, await user(w, app, { email: 'ana@example.com' }))
      const half = await doCodeStep(w, app, client, await challenged(app, client, 'reports:read'))
      await client.post(REFRESH)
      assert.deepEqual(scopesOf(client), [])
      assert.equal((await continueWith(app, client, half, await b.sign(half))).status, 200)
      await client.post(REFRESH)
      assert.deepEqual(scopesOf(client), ['reports:read'])
    })
  }

  test(`${engine}: a scope for one token alone waits for the refresh that asks for it`, async () => {
    const { app, client, grants } = await story(direct('reports:read', { grant_mode: 'single-use', granted_for: 0 }))
    const completed = await doCodeStep(w, app, client, await challenged(app, client, 'reports:read'))
    await client.post(REFRESH)
    assert.deepEqual([scopesOf(client), await grants()], [[], 0])
    await refreshWith(client, completed)
    assert.deepEqual([scopesOf(client), await grants()], [['reports:read'], 1])
  })

  test(`${engine}: a code that is entered twice grants once`, async () => {
    const { app, client, grants } = await story(direct('reports:read'))
    const token = await challenged(app, client, 'reports:read')
    const { code } = await sendCode(w, app, token)
    for (let i = 0; i < 2; i++) assert.equal((await checkCode(app, client, token, code)).status, 200)
    assert.equal(await grants(), 1)
  })

  test(`${engine}: a session that ends before its last step gets nothing, and leaves nothing to later ones`, async () => {
    const { app, client, grants } = await story(direct('reports:read', { grant_mode: 'profile-bound' }))
    const token = await challenged(app, client, 'reports:read')
    const { code } = await sendCode(w, app, token)
    await client.bearer('/v1/session/me/revoke?target=all', { method: 'POST' })
    assertRefused(await checkCode(app, client, token, code), 'unauthorized', 'unauthorized')
    assert.equal(await grants(), 0)
  })
}
