import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { CODE, deliverNow, newest, queue } from '../../../test/house/messages.ts'
import { assertIndexed, explained } from '../../../test/house/plans.ts'
import { ENGINES, world } from '../../../test/world.ts'
import { listMail, listMessages, updateMessage } from '../../core/messages/store.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { lowestId } from '../../platform/ids.ts'

const TEMPLATES = '/config/messages/templates'
const EMAIL = {
  subject: 'Code {{code}}',
  text: '{{code}} for {{application}}',
  html: '<b>{{code}}</b> {{application}}',
}

for (const engine of ENGINES) {
  const w = await world(engine)

  /** A message to Ada, by mail or to her number, and what came of it. */
  async function noted(app: TestApp, channel: 'email' | 'sms', status?: 'sent' | 'failed'): Promise<string> {
    await queue(w, app, { channel, recipient: channel === 'email' ? 'ada@example.com' : '+4917012345678' })
    const { id } = await newest(w, app)
    if (status) await w.deps.transact((tx) => updateMessage(tx, app.id, id, { status }, w.deps.now()))
    return id
  }

  test(`${engine}: messages are listed newest first and read one by one, without code and with the recipient masked`, async () => {
    const app = await application(w)
    const createdAt = rfc3339(w.deps.now() + 1)
    await deliverNow(w, app, { template: 'tpl_01', locale: 'fr' })
    await queue(w, app, { channel: 'sms', recipient: '+4917012345678' })
    const { status, body } = await app.manage('/messages')
    assert.equal(status, 200)
    const [sms, mail, ...more] = body.messages
    assert.deepEqual(more, [])
    assert.deepEqual([sms.recipient, sms.status, sms.provider, sms.reason], ['••••5678', 'queued', null, null])
    assert.deepEqual(mail, {
      id: mail.id,
      channel: 'email',
      recipient: 'a••@example.com',
      template: 'tpl_01',
      locale: 'fr',
      status: 'sent',
      provider: 'mailbox',
      provider_id: null,
      reason: null,
      created_at: createdAt,
      updated_at: createdAt,
      expires_at: rfc3339(w.deps.now() - 1 + 600_000),
    })
    assert.deepEqual((await app.manage(`/messages/${mail.id}`)).body, { message: mail })
    assert.ok(!JSON.stringify(body).includes(CODE))
    assertNotFound(await app.manage('/messages/msg_unknown'))
    const other = await application(w)
    assertNotFound(await other.manage(`/messages/${mail.id}`))
    assert.deepEqual((await other.manage('/messages')).body.messages, [])
  })

  test(`${engine}: the failed code of one user is found among those of others`, async () => {
    const app = await application(w)
    for (const channel of ['email', 'sms'] as const) await noted(app, channel, 'sent')
    // Times are told in seconds.
    w.advance(2000)
    const start = rfc3339(w.deps.now())
    const failed = await noted(app, 'email', 'failed')
    const number = await noted(app, 'sms', 'failed')
    const queued = await noted(app, 'email')
    const found = async (query: Record<string, string>) => {
      const { status, body } = await app.manage(`/messages?${new URLSearchParams(query)}`)
      assert.equal(status, 200, body.message)
      return body.messages.map((one: { id: string }) => one.id)
    }
    const mine = { recipient: ' Ada@Example.COM ' }
    assert.deepEqual(await found({ ...mine, status: 'failed' }), [failed])
    assert.deepEqual(await found({ ...mine, created_after: start }), [queued, failed])
    assert.equal((await found(mine)).length, 3)
    assert.deepEqual(await found({ recipient: '+49 170 1234 5678', status: 'failed' }), [number])
    // As it arrives where the sign in a URL was not encoded.
    assert.deepEqual(await found({ recipient: ' 4917012345678', status: 'failed' }), [number])
    assert.deepEqual(await found({ status: 'failed' }), [number, failed])
    assert.deepEqual(await found({ status: 'queued' }), [queued])
    assert.deepEqual(await found({ recipient: 'bob@example.com' }), [])
    const other = await application(w)
    assert.deepEqual((await other.manage('/messages?recipient=ada@example.com')).body.messages, [])
  })

  test(`${engine}: messages are read page by page, each once, with the same question`, async () => {
    const app = await application(w)
    for (let i = 0; i < 3; i++) await queue(w, app)
    await queue(w, app, { channel: 'sms', recipient: '+4917012345678' })
    const pages: string[][] = []
    for (let next: string | undefined = ''; next !== undefined; ) {
      const after: string = next && `&after=${next}`
      const { body } = await app.manage(`/messages?recipient=ada@example.com&limit=2${after}`)
      pages.push(body.messages.map((one: { id: string }) => one.id))
      next = body.next
    }
    assert.deepEqual(
      pages.map(({ length }) => length),
      [2, 1],
    )
    assert.deepEqual(pages.flat(), [...new Set(pages.flat())].sort().reverse())
  })

  test(`${engine}: a question that no message can answer is told in words`, async () => {
    const app = await application(w)
    const asked = async (query: string) => await app.manage(`/messages?${query}`)
    assertInvalid(await asked('after=usr_1'), 'query.after: is not the `next` of a page of this list')
    for (const recipient of ['ada', '017012345678', 'a%E2%80%A2%E2%80%A2@', ''])
      assertInvalid(await asked(`recipient=${recipient}`), 'query.recipient: is no e-mail address, and no phone number')
    assertInvalid(await asked('status=bounced'), 'query.status')
    assertInvalid(await asked('created_after=yesterday'), 'query.created_after')
  })

  test(`${engine}: messages are found by an index, whatever is asked`, async () => {
    const { id } = await application(w)
    const before = lowestId('msg', w.deps.now())
    const questions = [
      {},
      { before },
      { recipient: 'a••@example.com', status: 'failed' as const, createdAfter: 1, before },
      { status: 'failed' as const, before },
      { status: 'queued' as const },
      { status: 'sent' as const, createdAfter: 1 },
    ]
    const plans = await explained(w, engine, async (db) => {
      for (const which of questions) await listMessages(db, id, 10, which)
    })
    assertIndexed(plans)
    assert.match(plans[2] ?? '', /messages_recipient|messages_unsent/)
    for (const plan of plans.slice(3, 5)) assert.match(plan, /messages_unsent/)
  })

  test(`${engine}: as many messages are listed as are asked for, five hundred at most`, async () => {
    const app = await application(w)
    for (let i = 0; i < 3; i++) await queue(w, app)
    const { id } = await newest(w, app)
    const listed = (await app.manage('/messages?limit=1')).body.messages
    assert.deepEqual(
      listed.map((one: { id: string }) => one.id),
      [id],
    )
    for (const limit of ['0', '501', 'x', '1.5'])
      assertInvalid(await app.manage(`/messages?limit=${limit}`), 'query.limit')
  })

  test(`${engine}: the mailbox shows what was kept, newest first, in development only`, async () => {
    const app = await application(w, { name: 'Shop' })
    await deliverNow(w, app)
    await deliverNow(w, app, { channel: 'sms', recipient: '+4917012345678' })
    const { status, body } = await app.manage('/mailbox')
    assert.equal(status, 200)
    assert.deepEqual(
      body.mail.map((one: { channel: string; recipient: string; subject: string }) => [
        one.channel,
        one.recipient,
        one.subject,
      ]),
      [
        ['sms', '+4917012345678', ''],
        ['email', 'ada@example.com', `${CODE} is your Shop code`],
      ],
    )
    assert.equal(body.mail[0].text, `${CODE} is your Shop code. Never share it.`)
    await app.manage('/mode', { method: 'PUT', body: { mode: 'prod' } })
    assertDenied(await app.manage('/mailbox'), 'mailbox_not_in_prod', 'forbidden')
  })

  test(`${engine}: texts are written, listed before ours, replaced and deleted`, async () => {
    const app = await application(w)
    const path = `${TEMPLATES}/otp/email/PT-br`
    const written = await app.manage(path, { method: 'PUT', body: EMAIL })
    assert.equal(written.status, 200)
    const updated_at = rfc3339(w.deps.now())
    const own = { template: 'otp', channel: 'email', locale: 'pt-BR', built_in: false, ...EMAIL, updated_at }
    assert.deepEqual(written.body, { template: own })
    const listed = (await app.manage(TEMPLATES)).body.templates
    assert.deepEqual(listed[0], own)
    assert.equal(listed.filter((one: { built_in: boolean }) => one.built_in).length, 26)
    const replaced = await app.manage(path, { method: 'PUT', body: { subject: 'S', text: '{{code}}' } })
    assert.equal(replaced.body.template.html, '')
    assertNoContent(await app.manage(path, { method: 'DELETE' }))
    assertNotFound(await app.manage(path, { method: 'DELETE' }))
    assert.equal((await app.manage(TEMPLATES)).body.templates.length, 26)
    assertNotFound(await app.manage(`${TEMPLATES}/otp/email/en`, { method: 'DELETE' }))
  })

  test(`${engine}: texts that one application deletes stay with another`, async () => {
    const [app, other] = [await application(w), await application(w)]
    const path = `${TEMPLATES}/otp/email/fr`
    for (const one of [app, other]) await one.manage(path, { method: 'PUT', body: EMAIL })
    assertNoContent(await app.manage(path, { method: 'DELETE' }))
    assertNotFound(await app.manage(path, { method: 'DELETE' }))
    assert.equal((await other.manage(TEMPLATES)).body.templates[0].locale, 'fr')
    assertNoContent(await other.manage(path, { method: 'DELETE' }))
  })

  test(`${engine}: an application has two hundred texts of its own at most, and replaces them as it likes`, async () => {
    const app = await application(w)
    const put = (name: string, text = '{{code}}') =>
      app.manage(`/config/messages/templates/${name}/email/en`, { method: 'PUT', body: { subject: 's', text } })
    for (let i = 0; i < 200; i++) assert.equal((await put(`t${i}`)).status, 200)
    assertDenied(await put('more'), 'too_many_message_templates', 'conflict')
    assert.equal((await put('t7', 'now {{code}}')).status, 200)
    assertNoContent(await app.manage('/config/messages/templates/t7/email/en', { method: 'DELETE' }))
    assert.equal((await put('more')).status, 200)
  })

  test(`${engine}: texts that cannot work are refused, naming the place`, async () => {
    const app = await application(w)
    const put = (path: string, body: object) => app.manage(`${TEMPLATES}/${path}`, { method: 'PUT', body })
    for (const [path, body, place] of [
      ['otp/email/en', { ...EMAIL, text: 'none' }, 'body.text: must contain {{code}}'],
      ['otp/email/en', { ...EMAIL, html: '<b>{{user}}</b>' }, 'body.html: knows {{code}}'],
      ['otp/email/en', { ...EMAIL, subject: undefined }, 'body.subject: is required'],
      ['otp/email/en', { ...EMAIL, subject: `${'x'.repeat(201)}` }, 'body.subject: '],
      ['otp/email/en', { ...EMAIL, html: `{{code}}${'x'.repeat(40_000)}` }, 'body.html: '],
      ['otp/sms/en', { text: `{{code}}${'x'.repeat(5_000)}` }, 'body.text: '],
      ['otp/sms/en', EMAIL, 'body.subject, html: an SMS has text alone'],
      ['otp/fax/en', EMAIL, 'params.channel: '],
      ['otp/email/not%20a%20tag', EMAIL, 'params.locale: is no language tag'],
      ['Otp!/email/en', EMAIL, 'params.template: is no name'],
    ] as const) {
      assertInvalid(await put(path, body), place)
    }
    assert.equal((await app.manage(TEMPLATES)).body.templates.length, 26)
    assertInvalid(await app.manage(`${TEMPLATES}/otp/fax/en`, { method: 'DELETE' }), 'params.channel: ')
  })

  test(`${engine}: a preview shows given texts, or those that would be chosen, with a sample code`, async () => {
    const app = await application(w, { name: 'A & B' })
    const preview = (body: object) => app.manage(`${TEMPLATES}/preview`, { body })
    const given = await preview({ channel: 'email', texts: EMAIL })
    assert.equal(given.status, 200)
    assert.deepEqual(given.body, {
      preview: { subject: 'Code 123456', text: '123456 for A & B', html: '<b>123456</b> A &amp; B' },
    })
    await app.manage(`${TEMPLATES}/tpl_01/sms/de`, { method: 'PUT', body: { text: 'Eigener {{code}}' } })
    const textOf = async (body: object) => (await preview(body)).body.preview.text
    assert.equal(await textOf({ channel: 'sms', template: 'tpl_01', locale: 'de-AT' }), 'Eigener 123456')
    assert.equal(await textOf({ channel: 'sms' }), '123456 is your A & B code. Never share it.')
    assertInvalid(await preview({ channel: 'sms', texts: { text: 'none' } }), 'body.texts.text: must contain {{code}}')
    assertInvalid(await preview({}), 'body.channel: ')
  })

  test(`${engine}: own texts of the named template are sent, those of otp stand in for it, ours for both`, async () => {
    const app = await application(w, { name: 'Shop' })
    await app.manage(`${TEMPLATES}/tpl_01/sms/en`, { method: 'PUT', body: { text: 'own {{code}}' } })
    await app.manage(`${TEMPLATES}/otp/sms/fr`, { method: 'PUT', body: { text: 'otp {{code}}' } })
    const sms = async (template: string, locale: string) => {
      await deliverNow(w, app, { channel: 'sms', recipient: '+4917012345678', template, locale })
      return (await listMail(w.deps.db, app.id, 1))[0]?.text
    }
    assert.equal(await sms('tpl_01', 'fr'), `own ${CODE}`)
    assert.equal(await sms('tpl_02', 'fr-CA'), `otp ${CODE}`)
    assert.equal(await sms('tpl_02', 'en'), `${CODE} is your Shop code. Never share it.`)
  })
}
