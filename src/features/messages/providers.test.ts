import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { deliverNow, PROVIDERS, provider, told } from '../../../test/house/messages.ts'
import { ENGINES, world } from '../../../test/world.ts'
import { outboundUrls } from '../../server.ts'

const SMTP = {
  kind: 'smtp',
  channel: 'email',
  options: { host: 'mail.example.com', security: 'starttls', user: 'shop', from: 'no-reply@shop.example' },
  secrets: { password: 'top-secret' },
}
const WEBHOOK = { kind: 'webhook', channel: 'email', options: { url: 'https://hooks.example.com/' } }
const ACCOUNT = `AC${'0'.repeat(32)}`
const TWILIO = {
  kind: 'twilio',
  channel: 'sms',
  options: { account_sid: ACCOUNT, from: 'Shop' },
  secrets: { auth_token: 'top-secret' },
}
const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
const smtp = (options: object, secrets: object = SMTP.secrets) => ({
  ...SMTP,
  options: { ...SMTP.options, ...options },
  secrets,
})
const DKIM = { dkim: { domain: 'shop.example', selector: 'mail' } }

const BAD: readonly [name: string, body: unknown, place: string][] = [
  ['nothing', {}, 'body.kind'],
  ['an unknown kind', { ...SMTP, kind: 'pigeon' }, 'body.kind'],
  ['a channel that the kind does not serve', { ...SMTP, channel: 'sms' }, 'body.channel: '],
  ['position zero', { ...SMTP, position: 0 }, 'body.position: '],
  ['no options', { ...SMTP, options: undefined }, 'body.options: '],
  ['a host that is a URL', smtp({ host: 'smtp://mail.example.com' }), 'body.options.host: is no name'],
  ['a host with a line break', smtp({ host: 'mail.example.com\r\nx' }), 'body.options.host: '],
  ['a port out of range', smtp({ port: 70_000 }), 'body.options.port: '],
  ['a sender that is no address', smtp({ from: 'shop' }), 'body.options.from: '],
  ['a name of two lines', smtp({ from_name: 'a\r\nBcc: x' }), 'body.options.from_name: is more than one line'],
  ['a user without password', smtp({}, {}), 'body.secrets.password: is required'],
  ['a password without user', smtp({ user: undefined }), 'body.options.user: is required'],
  ['a password in the clear', smtp({ security: 'none' }), 'body.options.security: a password never'],
  ['DKIM without key', smtp(DKIM), 'body.secrets.dkim_private_key: is required'],
  ['a DKIM key without DKIM', smtp({}, { password: 'p', dkim_private_key: pem }), 'body.options.dkim: is required'],
  ['a DKIM key that is not RSA', smtp(DKIM, { password: 'p', dkim_private_key: pem }), 'body.secrets.dkim_private_key'],
  ['secrets that are missing', { ...TWILIO, secrets: undefined }, 'body.secrets.auth_token: '],
  ['secrets that are empty', { ...TWILIO, secrets: { auth_token: '' } }, 'body.secrets.auth_token: '],
  ['no sender at all', { ...TWILIO, options: { account_sid: ACCOUNT } }, 'body.options: one of from and messaging'],
  [
    'an account that is none',
    { ...TWILIO, options: { account_sid: '../x', from: 'Shop' } },
    'body.options.account_sid',
  ],
  [
    'a region that is a host',
    {
      kind: 'aws-sns',
      channel: 'sms',
      options: { region: 'evil.example.com/', access_key_id: 'A'.repeat(20) },
      secrets: { secret_access_key: 'k' },
    },
    'body.options.region: is no AWS region',
  ],
  [
    'a webhook over http',
    { ...WEBHOOK, options: { url: 'http://hooks.example.com/' } },
    'body.options.url: is no https',
  ],
  ['a webhook with password', { ...WEBHOOK, options: { url: 'https://a:b@hooks.example.com/' } }, 'body.options.url: '],
]

for (const engine of ENGINES) {
  const w = await world(engine)

  test(`${engine}: a provider is created, listed, replaced and deleted; its secrets are never shown`, async () => {
    const app = await application(w)
    const created = await app.manage(PROVIDERS, { body: SMTP })
    assert.equal(created.status, 201)
    const { id, created_at, ...shown } = created.body.provider
    assert.match(id, /^mpr_/)
    assert.deepEqual(shown, {
      kind: 'smtp',
      channel: 'email',
      position: 1,
      options: SMTP.options,
      secrets_set: ['password'],
      updated_at: created_at,
    })
    w.advance(1_000)
    const body = smtp({ from_name: 'The Shop' }, { password: 'other-secret' })
    const replaced = await app.manage(`${PROVIDERS}/${id}`, { method: 'PUT', body })
    assert.equal(replaced.status, 200)
    assert.equal(replaced.body.provider.options.from_name, 'The Shop')
    assert.notEqual(replaced.body.provider.updated_at, created_at)
    const listed = await app.manage(PROVIDERS)
    assert.deepEqual(listed.body, { providers: [replaced.body.provider] })
    assert.ok(!JSON.stringify([created.body, replaced.body, listed.body]).includes('secret"'))

    assertNoContent(await app.manage(`${PROVIDERS}/${id}`, { method: 'DELETE' }))
    assert.deepEqual((await app.manage(PROVIDERS)).body, { providers: [] })
    assertNotFound(await app.manage(`${PROVIDERS}/${id}`, { method: 'DELETE' }))
    assertNotFound(await app.manage(`${PROVIDERS}/${id}`, { method: 'PUT', body }))
    assertNotFound(await app.manage(`${PROVIDERS}/${id}/test`, { body: { recipient: 'ada@example.com' } }))
  })

  test(`${engine}: secrets lie sealed in the database, and no log line holds them`, async () => {
    const app = await application(w)
    const { listProviders } = await import('../../core/messages/store/providers.ts')
    await provider(app, SMTP)
    assert.ok(!JSON.stringify(await listProviders(w.deps.db, app.id)).includes('top-secret'))
    assert.ok(!w.log.some((line) => line.includes('top-secret')))
  })

  test(`${engine}: a replacement without secrets keeps them, and they still work`, async () => {
    const app = await application(w)
    const { id } = await provider(app, TWILIO)
    const body = { ...TWILIO, options: { ...TWILIO.options, from: '+15005550006' }, secrets: undefined }
    const kept = await app.manage(`${PROVIDERS}/${id}`, { method: 'PUT', body })
    assert.deepEqual(kept.body.provider.secrets_set, ['auth_token'])
    w.fakeNetwork(async () => ({ kind: 'answered', status: 201, headers: {}, body: Buffer.from('{}') }))
    await deliverNow(w, app, { channel: 'sms', recipient: '+4917012345678' })
    const { headers, body: form } = w.outbound.at(-1) ?? {}
    assert.equal(headers?.authorization, `Basic ${Buffer.from(`${ACCOUNT}:top-secret`).toString('base64')}`)
    assert.equal(new URLSearchParams(form).get('From'), '+15005550006')
  })

  test(`${engine}: kept secrets never go to another server`, async () => {
    const app = await application(w)
    const { id } = await provider(app, SMTP)
    for (const elsewhere of [{ host: 'evil.example.com' }, { port: 25 }, { security: 'tls' }]) {
      const body = { ...smtp(elsewhere), secrets: undefined }
      assertInvalid(
        await app.manage(`${PROVIDERS}/${id}`, { method: 'PUT', body }),
        'body.secrets: must be given again',
      )
      const given = await app.manage(`${PROVIDERS}/${id}`, { method: 'PUT', body: smtp(elsewhere) })
      assert.equal(given.status, 200)
      await app.manage(`${PROVIDERS}/${id}`, { method: 'PUT', body: SMTP })
    }
    const same = { ...smtp({ port: 587, from_name: 'Shop' }), secrets: undefined }
    assert.equal((await app.manage(`${PROVIDERS}/${id}`, { method: 'PUT', body: same })).status, 200)
  })

  test(`${engine}: a provider keeps its kind and its channel`, async () => {
    const app = await application(w)
    const { id } = await provider(app, WEBHOOK)
    for (const body of [SMTP, { ...WEBHOOK, channel: 'sms' }]) {
      assertInvalid(await app.manage(`${PROVIDERS}/${id}`, { method: 'PUT', body }), 'body.kind, body.channel: ')
    }
  })

  test(`${engine}: providers stand in the order that was asked for, each channel by itself, four at most`, async () => {
    const app = await application(w)
    const add = async (name: string, more: object = {}) =>
      (await provider(app, { ...WEBHOOK, options: { url: `https://${name}.example.com/` }, ...more })).id as string
    const order = async (channel = 'email') =>
      (await app.manage(PROVIDERS)).body.providers
        .filter((one: { channel: string }) => one.channel === channel)
        .map((one: { position: number; options: { url: string } }) => `${one.position} ${one.options.url.slice(8, 9)}`)
    await add('a')
    const b = await add('b')
    await add('c', { position: 1 })
    await add('s', { channel: 'sms' })
    assert.deepEqual([await order(), await order('sms')], [['1 c', '2 a', '3 b'], ['1 s']])
    await add('d')
    assertDenied(await app.manage(PROVIDERS, { body: WEBHOOK }), 'too_many_message_providers', 'conflict')
    const options = { url: 'https://b.example.com/' }
    const moved = await app.manage(`${PROVIDERS}/${b}`, { method: 'PUT', body: { ...WEBHOOK, options, position: 2 } })
    assert.equal(moved.body.provider.position, 2)
    assert.deepEqual(await order(), ['1 c', '2 b', '3 a', '4 d'])
    await app.manage(`${PROVIDERS}/${b}`, { method: 'PUT', body: { ...WEBHOOK, options } })
    assert.deepEqual(await order(), ['1 c', '2 b', '3 a', '4 d'])
    await app.manage(`${PROVIDERS}/${b}`, { method: 'DELETE' })
    assert.deepEqual(await order(), ['1 c', '2 a', '3 d'])
  })

  for (const [name, body, place] of BAD) {
    test(`${engine}: refused, naming the place: ${name}`, async () => {
      const app = await application(w)
      const answer = await app.manage(PROVIDERS, { body })
      assertInvalid(answer, place)
      assert.ok(!/top-secret|evil|BEGIN/.test(answer.body.message), answer.body.message)
      assert.deepEqual((await app.manage(PROVIDERS)).body.providers, [])
    })
  }

  test(`${engine}: a test message is sent at once, and the answer says what came of it`, async () => {
    const app = await application(w, { name: 'Shop' })
    const { id } = await provider(app, WEBHOOK)
    const ask = (recipient: unknown) => app.manage(`${PROVIDERS}/${id}/test`, { body: { recipient } })
    for (const [status, expected] of [
      [200, { status: 'sent', reason: null }],
      [404, { status: 'failed', reason: 'refused the message (404)' }],
      [500, { status: 'failed', reason: 'had a fault of its own (500)' }],
    ] as const) {
      w.fakeNetwork(async () => ({ kind: 'answered', status, headers: {}, body: Buffer.alloc(0) }))
      const answer = await ask(' Ada@Example.com ')
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.body, { outcome: expected })
      const { recipient, subject } = JSON.parse(w.outbound.at(-1)?.body ?? '')
      assert.deepEqual([recipient, subject], ['ada@example.com', '123456 is your Shop code'])
    }
    const before = w.outbound.length
    for (const recipient of ['+4917012345678', 'nobody', 1]) assertInvalid(await ask(recipient), 'body.recipient: ')
    assert.equal(w.outbound.length, before)
    assert.deepEqual((await app.manage('/messages')).body.messages, [])
  })

  test(`${engine}: the mailbox is refused in production, and a message then fails with that reason`, async () => {
    const app = await application(w)
    const { id } = await provider(app, { kind: 'mailbox', channel: 'email' })
    const ask = () => app.manage(`${PROVIDERS}/${id}/test`, { body: { recipient: 'ada@example.com' } })
    assert.deepEqual((await ask()).body.outcome, { status: 'sent', reason: null })
    await app.manage('/mode', { method: 'PUT', body: { mode: 'prod' } })
    assert.deepEqual((await ask()).body.outcome, { status: 'failed', reason: 'keeps messages in mode dev only' })
    assert.deepEqual(told(await deliverNow(w, app)), ['failed', null, 'mailbox: keeps messages in mode dev only'])
  })

  test(`${engine}: the URLs that webhooks go to are among those the server calls`, async () => {
    const app = await application(w)
    await provider(app, WEBHOOK)
    await provider(app, SMTP)
    assert.deepEqual(await outboundUrls(w.deps, app.id), ['https://hooks.example.com/'])
  })

  test(`${engine}: where the operator allows private servers, a password may go in the clear and a webhook by http`, async () => {
    const open = await world(engine, { config: { allowPrivateHooks: true } })
    const app = await application(open)
    await provider(app, smtp({ security: 'none' }))
    await provider(app, { ...WEBHOOK, options: { url: 'http://localhost:3000/' } })
  })
}
