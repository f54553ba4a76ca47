import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { assertDkim, decodeQuotedPrintable, decodeWords, parseMail } from '../../../test/house/mail.ts'
import { CODE, deliverNow, jobsLeft, newest, PROVIDERS, provider, queue, told } from '../../../test/house/messages.ts'
import { PASSWORD, smtp, startSmtpServer, USER } from '../../../test/smtp-server.ts'
import { selfSignedCertificate } from '../../../test/tls.ts'
import { ENGINES, world } from '../../../test/world.ts'

const certificate = await selfSignedCertificate()
const trusting = { extraCertificateAuthority: certificate.cert }
const [server, implicit] = await Promise.all([
  startSmtpServer(certificate),
  startSmtpServer({ ...certificate, implicit: true }),
])
const dkim = generateKeyPairSync('rsa', { modulusLength: 2048 })
const dkimPem = dkim.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const MAILBOX = { kind: 'mailbox', channel: 'email' }

const mailTo = (recipient: string) => server.received.filter(({ to }) => to.includes(recipient))

for (const engine of ENGINES) {
  const w = await world(engine, { config: trusting, network: { allowPrivate: true, ...trusting } })

  test(`${engine}: a mail arrives through STARTTLS and login, with text, HTML, a stable id and a DKIM signature`, async () => {
    const app = await application(w, { name: 'Käse & Söhne' })
    const options = { dkim: { domain: 'shop.example', selector: 'mail' } }
    const { id } = await provider(app, smtp(server.port, options, { password: PASSWORD, dkim_private_key: dkimPem }))
    const row = await deliverNow(w, app, { recipient: `good-${engine}@example.com`, locale: 'fr-CA' })
    assert.deepEqual(told(row), ['sent', 'smtp', null])
    assert.equal(row.provider_id, id)
    const [mail, ...more] = mailTo(`good-${engine}@example.com`)
    assert.ok(mail && more.length === 0)
    assert.deepEqual([mail.from, mail.user, mail.secure], ['no-reply@shop.example', USER, true])
    const { value, body } = parseMail(mail.raw)
    assert.equal(value('from'), 'The Shop <no-reply@shop.example>')
    assert.equal(value('to'), `good-${engine}@example.com`)
    assert.equal(value('message-id'), `<${row.id}@shop.example>`)
    assert.equal(value('auto-submitted'), 'auto-generated')
    assert.equal(new Date(value('date')).getTime(), Math.floor(w.deps.now() / 1000) * 1000)
    assert.equal(decodeWords(value('subject')), `${CODE} est votre code Käse & Söhne`)
    const [, text = '', html = ''] = decodeQuotedPrintable(body).split(/Content-Type: /)
    assert.match(text, /^text\/plain; charset=utf-8/)
    assert.ok(text.includes(`    ${CODE}\r\n`) && text.includes('Käse & Söhne :') && text.includes('10 minutes.'))
    assert.match(html, /^text\/html; charset=utf-8/)
    assert.ok(html.includes(`>${CODE}</p>`) && html.includes('Käse &amp; Söhne') && html.includes('<html lang="fr">'))
    assertDkim(mail.raw, dkim.publicKey)
  })

  test(`${engine}: messages share connections, and a changed configuration begins with new ones`, async () => {
    const app = await application(w)
    const { id } = await provider(app, smtp(implicit.port, { security: 'tls' }))
    const from = implicit.received.length
    for (let i = 0; i < 3; i++) assert.equal((await deliverNow(w, app)).status, 'sent')
    const first = implicit.received.slice(from)
    assert.deepEqual(
      first.map(({ secure }) => secure),
      [true, true, true],
    )
    assert.equal(new Set(first.map(({ connection }) => connection)).size, 1)
    const changed = { ...smtp(implicit.port, { security: 'tls', from: 'other@shop.example' }), secrets: undefined }
    assert.equal((await app.manage(`${PROVIDERS}/${id}`, { method: 'PUT', body: changed })).status, 200)
    assert.equal((await deliverNow(w, app)).status, 'sent')
    const last = implicit.received.at(-1)
    assert.equal(last?.from, 'other@shop.example')
    assert.notEqual(last?.connection, first[0]?.connection)
  })

  test(`${engine}: a sender is the name shown, unless it would pose as an address`, async () => {
    const app = await application(w)
    await provider(app, smtp(server.port))
    for (const [sender, shown] of [
      ['Larkspur', 'Larkspur'],
      ['ceo@bank.example', 'The Shop'],
    ] as const) {
      const recipient = `sender-${shown.replace(/\W/g, '')}-${engine}@example.com`.toLowerCase()
      assert.equal((await deliverNow(w, app, { recipient, sender })).status, 'sent')
      assert.equal(parseMail(mailTo(recipient)[0]?.raw ?? '').value('from'), `${shown} <no-reply@shop.example>`)
    }
  })

  for (const [name, recipient, said] of [
    ['unknown', 'unknown', '550 5.1.1'],
    ['unknown, without an enhanced status', 'bare', '550'],
  ] as const) {
    test(`${engine}: a recipient that is ${name} fails at once, and no other provider is tried`, async () => {
      const app = await application(w)
      await provider(app, smtp(server.port))
      await provider(app, MAILBOX)
      const row = await deliverNow(w, app, { recipient: `${recipient}-${engine}@example.com` })
      assert.equal(row.status, 'failed')
      assert.ok(row.reason?.startsWith(`smtp: does not serve this recipient (${said}`), row.reason ?? '')
      assert.ok(!row.reason?.includes('@'))
      assert.deepEqual((await app.manage('/mailbox')).body.mail, [])
      assert.equal(await jobsLeft(w, app), 0)
    })
  }

  test(`${engine}: a server that will not carry to this recipient leaves the message to the next provider`, async () => {
    const app = await application(w)
    await provider(app, smtp(server.port))
    await provider(app, MAILBOX)
    for (const [recipient, reason] of [
      [`relay-${engine}@example.com`, 'smtp: did not take the message for this recipient (554 5.7.1)'],
      [`spam-${engine}@example.com`, 'smtp: did not take the message (554 5.7.1)'],
    ] as const) {
      assert.deepEqual(told(await deliverNow(w, app, { recipient })), ['sent', 'mailbox', reason])
    }
  })

  test(`${engine}: a greylisted mail is tried again two seconds later, and arrives once`, async () => {
    const app = await application(w)
    await provider(app, smtp(server.port))
    const recipient = `grey-${engine}@example.com`
    const first = await deliverNow(w, app, { recipient })
    assert.deepEqual(told(first), ['queued', null, 'smtp: asks to try again later (451 4.7.1)'])
    w.advance(1_999)
    await w.drain()
    assert.equal((await newest(w, app)).status, 'queued')
    w.advance(1)
    await w.drain()
    assert.deepEqual(told(await newest(w, app)), ['sent', 'smtp', null])
    assert.equal(mailTo(recipient).length, 1)
    assert.equal(await jobsLeft(w, app), 0)
  })

  test(`${engine}: many mails at once all arrive`, async () => {
    const app = await application(w)
    await provider(app, smtp(server.port))
    const recipients = Array.from({ length: 25 }, (_, i) => `crowd-${i}-${engine}@example.com`)
    for (const recipient of recipients) await queue(w, app, { recipient })
    await w.drain()
    assert.deepEqual(
      recipients.filter((recipient) => mailTo(recipient).length !== 1),
      [],
    )
  })
}
