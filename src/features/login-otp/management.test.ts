import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, sentCode, type TestApp } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import { checkWith, EMAIL, FAMILIES, NEW, PHONE, started, startWith } from '../../../test/house/codes.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { rfc3339 } from '../../platform/clock.ts'

const PATH = '/config/login/otp'

const create = (app: TestApp, body: unknown) => app.manage(PATH, { body })
const replace = (app: TestApp, id: string, body: unknown) => app.manage(`${PATH}/${id}`, { method: 'PUT', body })
const remove = (app: TestApp, id: string) => app.manage(`${PATH}/${id}`, { method: 'DELETE' })
const created = async (app: TestApp, body: unknown) => (await create(app, body)).body.login_config
const list = async (app: TestApp) => (await app.manage(PATH)).body.login_configs
const defaults = async (app: TestApp): Promise<string[]> =>
  (await list(app)).flatMap((one: { id: string; is_default: boolean }) => (one.is_default ? [one.id] : []))

for (const { engine, w } of await stages()) {
  test(`${engine}: an application has a hundred configurations at most`, async () => {
    const app = await application(w)
    for (let i = 0; i < 100; i++) assert.equal((await create(app, { channel_type: 'sms' })).status, 201)
    assertDenied(await create(app, { channel_type: 'email' }), 'too_many_login_configs', 'conflict')
    const [first] = await list(app)
    await remove(app, first.id)
    assert.equal((await create(app, { channel_type: 'email' })).status, 201)
  })

  test(`${engine}: a configuration is made, listed, replaced and removed`, async () => {
    const app = await application(w)
    assert.deepEqual(await list(app), [])
    const began = rfc3339(w.deps.now())
    const full = { channel_type: 'sms', template_id: 'tpl_otp', sender_id: 'Shop', granted_scopes: ['prld:pwd:write'] }
    const answer = await create(app, { ...full, config_type: 'otp', is_default: true, code_size: 4, more: 1 })
    assert.equal(answer.status, 201)
    const { id, ...rest } = answer.body.login_config
    assert.match(id, /^lcfg_[0-9a-z]{26}$/)
    const times = { created_at: began, updated_at: began }
    assert.deepEqual(rest, { ...full, config_type: 'otp', is_default: true, code_size: 4, ...times })
    assert.deepEqual(await list(app), [{ id, ...rest }])
    w.advance(1000)
    const replaced = await replace(app, id, { channel_type: 'email' })
    assert.equal(replaced.status, 200)
    assert.deepEqual(replaced.body.login_config, {
      id,
      config_type: 'otp',
      channel_type: 'email',
      is_default: true,
      granted_scopes: [],
      code_size: 6,
      created_at: began,
      updated_at: rfc3339(w.deps.now()),
    })
    assertNoContent(await remove(app, id))
    assert.deepEqual(await list(app), [])
    for (const gone of [id, 'lcfg_unknown']) {
      assertNotFound(await remove(app, gone))
      assertNotFound(await replace(app, gone, { channel_type: 'sms' }))
    }
  })

  test(`${engine}: a channel has one default: the first, unless it declines, and then whoever asks to be`, async () => {
    const app = await application(w)
    const declined = await created(app, { channel_type: 'email', is_default: false })
    assert.deepEqual(await defaults(app), [])
    w.advance(1)
    const first = await created(app, { channel_type: 'email' })
    w.advance(1)
    const second = await created(app, { channel_type: 'email' })
    w.advance(1)
    const sms = await created(app, { channel_type: 'sms' })
    assert.deepEqual(await defaults(app), [first.id, sms.id])
    assert.equal((await replace(app, second.id, { channel_type: 'email', is_default: true })).status, 200)
    assert.deepEqual(await defaults(app), [second.id, sms.id])
    await replace(app, sms.id, { channel_type: 'email' })
    assert.deepEqual(await defaults(app), [second.id])
    await replace(app, second.id, { channel_type: 'email', is_default: false })
    assert.deepEqual(await defaults(app), [])
    await replace(app, declined.id, { channel_type: 'email', is_default: true })
    await remove(app, declined.id)
    assert.deepEqual(await defaults(app), [])
  })

  test(`${engine}: what is no configuration is refused`, async () => {
    const app = await application(w)
    const { id } = await created(app, { channel_type: 'sms' })
    for (const [place, body] of [
      ['body', undefined],
      ['body.channel_type', {}],
      ['body.channel_type', { channel_type: 'fax' }],
      ['body.config_type', { channel_type: 'sms', config_type: 'password' }],
      ['body.is_default', { channel_type: 'sms', is_default: 'yes' }],
      ['body.template_id', { channel_type: 'sms', template_id: 'No Name' }],
      ['body.sender_id', { channel_type: 'sms', sender_id: 'x'.repeat(65) }],
      ['body.granted_scopes', { channel_type: 'sms', granted_scopes: ['a b'] }],
      ['body.granted_scopes', { channel_type: 'sms', granted_scopes: Array(51).fill('a') }],
      ['body.code_size', { channel_type: 'sms', code_size: 3 }],
      ['body.code_size', { channel_type: 'sms', code_size: 9 }],
      ['body.code_size', { channel_type: 'sms', code_size: 6.5 }],
    ] as const) {
      assertInvalid(await app.manage(PATH, { method: 'POST', body }), place)
      assertInvalid(await app.manage(`${PATH}/${id}`, { method: 'PUT', body }), place)
    }
    assert.equal((await list(app)).length, 1)
  })

  test(`${engine}: the older member grant_change_password is the scope it stands for`, async () => {
    const app = await application(w)
    const scopes = async (body: object) => (await created(app, { channel_type: 'sms', ...body })).granted_scopes
    assert.deepEqual(await scopes({ grant_change_password: true }), ['prld:pwd:write'])
    const both = { grant_change_password: true, granted_scopes: ['prld:pwd:write', 'a', 'a'] }
    assert.deepEqual(await scopes(both), ['prld:pwd:write', 'a'])
    assert.deepEqual(await scopes({ grant_change_password: false }), [])
  })

  test(`${engine}: a login uses the default of its channel, or the configuration it names`, async () => {
    const app = await application(w)
    await created(app, { channel_type: 'email', code_size: 4 })
    const named = await created(app, { channel_type: 'email', code_size: 8 })
    for (const family of FAMILIES) {
      await started(app, family, EMAIL)
      assert.match(await sentCode(w, app, EMAIL), /^\d{4}$/)
      await startWith(app, family, EMAIL, { body: { login_config_id: named.id } })
      assert.match(await sentCode(w, app, EMAIL), /^\d{8}$/)
    }
  })

  test(`${engine}: without a configuration for the channel there is no login, but in development before the first`, async () => {
    const [app, other] = [await application(w), await application(w)]
    const foreign = await created(other, { channel_type: 'email' })
    const refused = async (value: string, body: object = {}) => {
      for (const family of FAMILIES)
        assertRefused(await startWith(app, family, value, { body }), 'no_login_config', 'bad_request')
    }
    await started(app, NEW, PHONE)
    assert.match(await sentCode(w, app, PHONE), /^\d{6}$/)
    await refused(EMAIL, { login_config_id: foreign.id })
    const own = await created(app, { channel_type: 'email', is_default: false })
    await refused(EMAIL)
    await refused(PHONE)
    await refused(PHONE, { login_config_id: own.id })
    assertNoContent(await startWith(app, NEW, EMAIL, { body: { login_config_id: own.id } }))
    await remove(app, own.id)
    await app.manage('/mode', { method: 'PUT', body: { mode: 'prod' } })
    await refused(EMAIL)
  })

  test(`${engine}: a code on its way outlives its configuration`, async () => {
    const app = await application(w)
    const { id } = await created(app, { channel_type: 'email' })
    const token = await started(app, NEW, EMAIL)
    await remove(app, id)
    assert.equal((await checkWith(app, NEW, token, await sentCode(w, app, EMAIL))).status, 200)
  })
}
