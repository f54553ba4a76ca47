import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, login, type TestApp, user } from '../../../test/builders.ts'
import { assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { sessionCount } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'

const preview = (app: TestApp, user_id: unknown) => app.manage('/config/claims/preview', { body: { user_id } })

const MAPPING = {
  email: { $input: 'emails', $type: 'string' },
  groups: { $input: 'groups', $type: 'string[]' },
  large: { $custom_claim: 'large' },
}

for (const { engine, w } of await stages()) {
  for (const alg of ['EdDSA', 'ES256', 'RS256'] as const) {
    test(`${engine}: a preview says what a login would have in its token, and how large that is, by ${alg}`, async () => {
      const app = await application(w, { settings: { sessions: { access_token_algorithm: alg } } })
      const id = await user(w, app, { email: 'ana@example.com', scopes: ['own'] })
      await app.manage('/config/groups', { body: { name: 'support' } })
      await app.manage(`/users/${id}/groups`, { body: { group: 'support' } })
      await app.manage('/config/claims', { body: { mapping: MAPPING } })
      const { status, body } = await preview(app, id)
      assert.equal(status, 200)
      assert.deepEqual(Object.keys(body).sort(), ['claims', 'size_bytes'])
      const { accessToken } = await login(w, app, id, 'cookie')
      const varying = { sid: '', jti: '', amr: '', iss: '' }
      assert.deepEqual({ ...body.claims, ...varying }, { ...claimsOf(accessToken), ...varying })
      const longer = JSON.stringify(claimsOf(accessToken)).length - JSON.stringify(body.claims).length
      assert.ok(Math.abs(accessToken.length - body.size_bytes - (longer * 4) / 3) < 3, `${body.size_bytes}`)
    })
  }

  test(`${engine}: a preview is no login, and is without a mapping what every token says`, async () => {
    const app = await application(w)
    const id = await user(w, app)
    const { claims } = (await preview(app, id)).body
    assert.deepEqual(claims.cc, { sub: id })
    assert.equal(claims.unproven, true)
    assert.equal(await sessionCount(w, app, id), 0)
  })

  test(`${engine}: a token that is large, or has no room for a claim, is warned of`, async () => {
    const app = await application(w)
    const id = await user(w, app, { profile: { large: 'x'.repeat(2_000) } })
    await app.manage('/config/claims', { body: { mapping: MAPPING } })
    assert.equal((await preview(app, id)).body.warning, undefined)
    const grow = (chars: number) =>
      app.manage(`/users/${id}/profile`, { method: 'PATCH', body: { large: 'x'.repeat(chars) } })
    await grow(4_000)
    const large = (await preview(app, id)).body
    assert.ok(large.size_bytes > 4096)
    assert.match(large.warning, /larger than 4096 bytes/)
    await grow(6_000)
    const full = (await preview(app, id)).body
    assert.equal(full.claims.large, null)
    assert.match(full.warning, /no room for large: null/)
  })

  test(`${engine}: who is not there has no preview`, async () => {
    const app = await application(w)
    const other = await application(w)
    for (const nobody of ['usr_nobody', await user(w, other)]) assertNotFound(await preview(app, nobody))
    for (const wrong of [undefined, 7, 'x'.repeat(65)]) assertInvalid(await preview(app, wrong), 'body.user_id')
  })
}
