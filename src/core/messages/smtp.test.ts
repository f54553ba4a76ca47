import assert from 'node:assert/strict'
import { createHash, createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { CODE, deliverNow, jobsLeft, newest, PROVIDERS, provider, queue, told } from '../../../test/house/messages.ts'
import { PASSWORD, startSmtpServer, USER } from '../../../test/smtp-server.ts'
import { selfSignedCertificate } from '../../../test/tls.ts'
import { ENGINES, world } from '../../../test/world.ts'

const certificate = await selfSignedCertificate()
const trusting = { extraCertificateAuthority: certificate.cert }
const [server, plain, implicit] = await Promise.all([
  startSmtpServer(certificate),
  startSmtpServer({ ...certificate, plain: true, open: true }),
  startSmtpServer({ ...certificate, implicit: true }),
])
const dkim = generateKeyPairSync('rsa', { modulusLength: 2048 })
const dkimPem = dkim.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const FROM = { from: 'no-reply@shop.example', from_name: 'The Shop' }
const smtp = (port: number, options: object = {}, secrets: object = { password: PASSWORD }) => ({
  kind: 'smtp',
  channel: 'email',
  options: { host: 'localhost', port, user: USER, ...FROM, ...options },
  secrets,
})
const MAILBOX = { kind: 'mailbox', channel: 'email' }

/** Accepts connections, and says what `greet` does with them. */
async function listen(greet: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const listener = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    greet(socket)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  after(() => {
    for (const socket of sockets) socket.destroy()
    listener.close()
  })
  return (listener.address() as { port: number }).port
}

/** A port where nobody listens. */
async function deadPort(): Promise<number> {
  const listener = createServer()
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as { port: number }
  await new Promise((resolve) => listener.close(resolve))
  return port
}

const mailTo = (recipient: string) => server.received.filter(({ to }) => to.includes(recipient))

/** Header fields, unfolded, by lower-case name; and the body. */
function parse(raw: string) {
  const end = raw.indexOf('\r\n\r\n')
  const lines = raw.slice(0, end).split(/\r\n(?![ \t])/)
  const fields = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line]))
  const value = (name: string) => {
    const line = fields.get(name) ?? ''
    return line
      .slice(line.indexOf(':') + 1)
      .replace(/\r\n/g, '')
      .trim()
  }
  return { fields, value, body: raw.slice(end + 4) }
}

const decodeQuotedPrintable = (text: string) =>
  Buffer.from(
    text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString()

/** RFC 2047 §4.2. */
const decodeWords = (text: string) =>
  decodeQuotedPrintable(
    text
      .replace(/\?= =\?UTF-8\?Q\?/g, '')
      .replace(/^=\?UTF-8\?Q\?|\?=$/g, '')
      .replaceAll('_', ' '),
  )

/** RFC 6376 §6.1.3, relaxed canonicalisation of both. */
function assertDkim(raw: string): void {
  const { fields, value, body } = parse(raw)
  const tags = new Map(
    value('dkim-signature')
      .split(';')
      .map(
        (tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1).replace(/\s/g, '')] as const,
      ),
  )
  assert.equal(tags.get('c'), 'relaxed/relaxed')
  assert.equal(tags.get('d'), 'shop.example')
  assert.equal(tags.get('s'), 'mail')
  const relaxedBody = `${body
    .replace(/[ \t]+(?=\r\n)/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/(\r\n)*$/, '')}\r\n`
  assert.equal(tags.get('bh'), createHash('sha256').update(relaxedBody, 'latin1').digest('base64'))
  const relaxedField = (name: string, text: string) =>
    `${name}:${text
      .slice(text.indexOf(':') + 1)
      .replace(/\r\n/g, '')
      .replace(/[ \t]+/g, ' ')
      .trim()}`
  const signed = (tags.get('h') ?? '').toLowerCase().split(':')
  assert.ok(['from', 'to', 'subject', 'date', 'message-id'].every((name) => signed.includes(name)))
  const text = [
    ...signed.map((name) => relaxedField(name, fields.get(name) ?? '')),
    relaxedField('dkim-signature', (fields.get('dkim-signature') ?? '').replace(/([;\s]b=)[^;]*/, '$1')),
  ].join('\r\n')
  const verified = createVerify('sha256').update(text, 'latin1')
  assert.ok(verified.verify(createPublicKey(dkim.privateKey), tags.get('b') ?? '', 'base64'), 'DKIM-Signature')
}

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
    const { value, body } = parse(mail.raw)
    assert.equal(value('from'), 'The Shop <no-reply@shop.example>')
    assert.equal(value('to'), `good-${engine}@example.com`)
    assert.equal(value('message-id'), `<${row.id}@shop.example>`)
    assert.equal(value('auto-submitted'), 'auto-generated')
    assert.equal(new Date(value('date')).getTime(), Math.floor(w.deps.now() / 1000) * 1000)
    assert.equal(decodeWords(value('subject')), `${CODE} est votre code Käse & Söhne`)
    const [, text = '', html = ''] = decodeQuotedPrintable(body).split(/Content-Type: /)
    assert.match(text, /^text\/plain; charset=utf-8/)
    assert.ok(text.includes(`    ${CODE}\r\n`) && text.includes('Käse & Söhne :') && text.includes('10 min.'))
    assert.match(html, /^text\/html; charset=utf-8/)
    assert.ok(html.includes(`>${CODE}</p>`) && html.includes('Käse &amp; Söhne') && html.includes('<html lang="fr">'))
    assertDkim(mail.raw)
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
      assert.equal(parse(mailTo(recipient)[0]?.raw ?? '').value('from'), `${shown} <no-reply@shop.example>`)
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

  test(`${engine}: when the first server is dead, the next takes the mail`, async () => {
    const app = await application(w)
    await provider(app, smtp(await deadPort()))
    const second = await provider(app, smtp(server.port))
    const row = await deliverNow(w, app, { recipient: `fallback-${engine}@example.com` })
    assert.deepEqual(told(row), ['sent', 'smtp', 'smtp: could not be reached'])
    assert.equal(row.provider_id, second.id)
    assert.equal(mailTo(`fallback-${engine}@example.com`).length, 1)
  })

  test(`${engine}: a server that dies between two mails, its connections open, is found dead`, async () => {
    const mortal = await startSmtpServer(certificate)
    const app = await application(w)
    await provider(app, smtp(mortal.port))
    assert.equal((await deliverNow(w, app)).status, 'sent')
    await mortal.kill()
    assert.deepEqual(told(await deliverNow(w, app)), ['queued', null, 'smtp: could not be reached'])
  })

  test(`${engine}: a slow server is given up within twenty seconds, whatever it is slow at, and nothing is lost`, async () => {
    const trickle = await listen((socket) => {
      socket.write('220 mail.example.com\r\n')
      socket.on('data', (line) => {
        if (String(line).startsWith('EHLO')) return socket.write('250 mail.example.com\r\n')
        const timer = setInterval(() => socket.write('250-wait\r\n'), 500)
        return socket.on('close', () => clearInterval(timer))
      })
    })
    const [mute, trickling, lost] = [await application(w), await application(w), await application(w)]
    await provider(mute, smtp(await listen(() => {})))
    await provider(mute, MAILBOX)
    await provider(trickling, smtp(trickle, { security: 'none', user: undefined }, {}))
    await provider(trickling, MAILBOX)
    await provider(lost, smtp(server.port))
    const recipient = `silent-${engine}@example.com`
    for (const app of [mute, trickling, lost]) await queue(w, app, { recipient })

    const start = performance.now()
    await w.drain()
    assert.ok(performance.now() - start < 20_000)
    const reason = 'smtp: did not answer in time'
    assert.deepEqual(told(await newest(w, mute)), ['sent', 'mailbox', reason])
    assert.deepEqual(told(await newest(w, trickling)), ['sent', 'mailbox', reason])
    assert.deepEqual(told(await newest(w, lost)), ['queued', null, reason])

    w.advance(2_000)
    await w.drain()
    assert.deepEqual(told(await newest(w, lost)), ['sent', 'smtp', null])
    const ids = mailTo(recipient).map(({ raw }) => parse(raw).value('message-id'))
    assert.deepEqual(ids, Array(2).fill(`<${(await newest(w, lost)).id}@shop.example>`))
  })

  test(`${engine}: a wrong password is told, without the password`, async () => {
    const app = await application(w)
    await provider(app, smtp(server.port, {}, { password: 'wrong-password' }))
    const row = await deliverNow(w, app)
    assert.deepEqual(told(row), ['queued', null, 'smtp: did not accept the user name and password (535)'])
    assert.ok(!w.log.some((line) => line.includes('wrong-password')))
  })

  test(`${engine}: without STARTTLS nothing is sent, neither mail nor password`, async () => {
    const app = await application(w)
    const before = plain.named.length
    await provider(app, smtp(plain.port))
    const row = await deliverNow(w, app)
    assert.equal(row.status, 'queued')
    assert.match(row.reason ?? '', /^smtp: does not offer STARTTLS \(5\d\d\)$/)
    assert.equal(plain.named.length, before)
  })

  test(`${engine}: a mail leaves in the clear only where that was asked for`, async () => {
    const app = await application(w)
    await provider(app, smtp(plain.port, { security: 'none', user: undefined }, {}))
    assert.equal((await deliverNow(w, app)).status, 'sent')
    assert.equal(plain.received.at(-1)?.secure, false)
  })

  test(`${engine}: a certificate that nobody vouches for ends the connection before the password`, async () => {
    const strict = await world(engine, { network: { allowPrivate: true } })
    const app = await application(strict)
    const before = server.named.length
    for (const [port, security] of [
      [server.port, 'starttls'],
      [implicit.port, 'tls'],
    ] as const) {
      await provider(app, smtp(port, { security }))
      const row = await deliverNow(strict, app)
      assert.match(row.reason ?? '', /smtp: its TLS certificate is not trusted, or TLS failed$/)
    }
    assert.equal(server.named.length, before)
  })

  test(`${engine}: a certificate for another name is not taken`, async () => {
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
    const elsewhere = await world(engine, { network: { allowPrivate: true, ...trusting, resolve } })
    const app = await application(elsewhere)
    await provider(app, smtp(server.port, { host: 'mail.example.com' }))
    const row = await deliverNow(elsewhere, app)
    assert.deepEqual(told(row), ['queued', null, 'smtp: its TLS certificate is not trusted, or TLS failed'])
  })

  test(`${engine}: a private address is not dialled, by number or by name`, async () => {
    const resolve = async () => [{ address: '10.0.0.1', family: 4 }]
    const guarded = await world(engine, { network: { allowPrivate: false, ...trusting, resolve } })
    for (const host of ['127.0.0.1', '::1', 'mail.example.com']) {
      const app = await application(guarded)
      await provider(app, smtp(server.port, { host }))
      const row = await deliverNow(guarded, app)
      assert.deepEqual(told(row), ['queued', null, 'smtp: is at a private address, which this server does not call'])
    }
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
