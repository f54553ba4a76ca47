import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type Client, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { challenged, configure, doCodeStep, managed } from '../../../test/house/step-up.ts'
import { insertGrants } from '../../core/grants/store.ts'
import { listMail } from '../../core/messages/store.ts'
import { updateUser } from '../../core/users/store.ts'

const FIRST = 'owner@example.com'
const SECOND = 'second@example.org'
const PHONE = '+306944440001'

for (const { engine, w } of await stages()) {
  const noticesOf = async (app: TestApp) => {
    await w.drain()
    const mail = await listMail(w.deps.db, app.id, 50)
    return mail.filter(({ text }) => !/\d{6}/.test(text)).map(({ recipient, text }) => ({ recipient, text }))
  }
  const told = async (app: TestApp) => (await noticesOf(app)).map(({ recipient }) => recipient).toSorted()

  async function grantFor(app: TestApp, client: Client, scope: string) {
    const held = { app_id: app.id, user_id: client.userId, session_id: client.sessionId, jti: '', scope }
    await w.deps.transact((tx) => insertGrants(tx, w.deps, [{ ...held, expires_at: w.deps.now() + 60_000 }]))
    await client.post(REFRESH)
  }

  async function withPasswords(app: TestApp) {
    const bucket = { ttl: 60_000_000_000, limit: 100 }
    const answer = await app.manage('/config/login/password', {
      body: {
        enabled: true,
        rate_limit_login_ip: bucket,
        rate_limit_login_identifier: bucket,
        password_compliancy: { min_length: 8, max_length: 64, uppercase: 0, lowercase: 0, numbers: 0, symbols: 0 },
      },
    })
    assert.equal(answer.status, 201)
  }

  test(`${engine}: an address that is added by a step-up is told to the older one, and not to itself`, async () => {
    const app = await application(w)
    await configure(app, managed('prld:email:register'))
    const client = await login(w, app, await user(w, app, { email: FIRST }))
    const token = await challenged(app, client, 'prld:email:register', { metadata: { identifier: SECOND } })
    await doCodeStep(w, app, client, token)
    assert.deepEqual(await told(app), [FIRST])
  })

  test(`${engine}: an address that its owner removes is told, and so is the one that stays`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app, { email: FIRST }))
    await app.manage(`/users/${client.userId}/identifiers`, {
      body: { identifier: { type: 'email_address', value: SECOND } },
    })
    assert.deepEqual(await told(app), [FIRST])
    await grantFor(app, client, 'prld:identifiers:write')
    const path = `/v1/session/me/identifiers/email_address/${encodeURIComponent(FIRST)}`
    assert.equal((await client.bearer(path, { method: 'DELETE' })).status, 204)
    assert.deepEqual(await told(app), [FIRST, FIRST, SECOND])
  })

  test(`${engine}: a password that the owner or the backend sets is told`, async () => {
    const app = await application(w)
    await withPasswords(app)
    const client = await login(w, app, await user(w, app, { email: FIRST, phone: PHONE }))
    await grantFor(app, client, 'prld:pwd:write')
    const body = { password: 'a new one by the owner' }
    assert.equal((await client.bearer('/v1/session/me/password/reset', { method: 'POST', body })).status, 204)
    assert.deepEqual(await told(app), [FIRST], 'an e-mail is enough')
    const path = `/users/${client.userId}/password`
    assert.equal((await app.manage(path, { method: 'PUT', body: { password: 'a new one by the shop' } })).status, 204)
    assert.deepEqual(await told(app), [FIRST, FIRST])
  })

  test(`${engine}: who has numbers alone is told by SMS, in the language of the profile`, async () => {
    const app = await application(w)
    await withPasswords(app)
    const id = await user(w, app, { phone: PHONE })
    await w.deps.transact((tx) => updateUser(tx, w.deps, app.id, id, { profile: { locale: 'de-AT' } }))
    await app.manage(`/users/${id}/password`, { method: 'PUT', body: { password: 'a new one by the shop' } })
    const [notice] = await noticesOf(app)
    assert.equal(notice?.recipient, PHONE)
    assert.match(notice?.text ?? '', /^.+: Das Passwort Ihres Kontos wurde geändert\. /)
  })

  test(`${engine}: nobody is told of a new user, of an address again, by an application that wants none, or without end`, async () => {
    const app = await application(w)
    await withPasswords(app)
    const id = await user(w, app, { email: FIRST })
    const add = { body: { identifier: { type: 'email_address', value: FIRST } } }
    await app.manage(`/users/${id}/identifiers`, add)
    assert.deepEqual(await told(app), [])
    const set = () =>
      app.manage(`/users/${id}/password`, { method: 'PUT', body: { password: 'a new one by the shop' } })
    for (let i = 0; i < 22; i++) await set()
    assert.equal((await told(app)).length, 20)
    w.advance(86_400_000)
    const settings = { messages: { security_notices: false } }
    assert.equal((await app.manage('/settings', { method: 'PATCH', body: { settings } })).status, 200)
    w.advance(1_000)
    const before = (await told(app)).length
    await set()
    assert.equal((await told(app)).length, before)
  })

  test(`${engine}: the notice has texts of its own, which an application may write anew`, async () => {
    const app = await application(w)
    await withPasswords(app)
    const path = '/config/messages/templates/security_notice/email/en'
    const texts = { subject: 'Changed', text: 'Dear customer, {{change}}', html: '' }
    const wrong = await app.manage(path, { method: 'PUT', body: { ...texts, text: 'Your code is {{code}}' } })
    assert.equal(wrong.status, 400)
    assert.match(wrong.body.message, /knows \{\{change\}\} and \{\{application\}\}/)
    assert.equal((await app.manage(path, { method: 'PUT', body: texts })).status, 200)
    const id = await user(w, app, { email: FIRST })
    await app.manage(`/users/${id}/password`, { method: 'PUT', body: { password: 'a new one by the shop' } })
    assert.equal((await noticesOf(app))[0]?.text, 'Dear customer, The password of your account was changed.')
  })
}
