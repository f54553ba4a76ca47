import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { parseMail } from '../../../test/house/mail.ts'
import { deliverNow, newest, provider, queue, told } from '../../../test/house/messages.ts'
import { smtp, startSmtpServer } from '../../../test/smtp-server.ts'
import { selfSignedCertificate } from '../../../test/tls.ts'
import { ENGINES, world } from '../../../test/world.ts'

const certificate = await selfSignedCertificate()
const trusting = { extraCertificateAuthority: certificate.cert }
const [server, plain, implicit] = await Promise.all([
  startSmtpServer(certificate),
  startSmtpServer({ ...certificate, plain: true, open: true }),
  startSmtpServer({ ...certificate, implicit: true }),
])
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

for (const engine of ENGINES) {
  const w = await world(engine, { config: trusting, network: { allowPrivate: true, ...trusting } })

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
    const ids = mailTo(recipient).map(({ raw }) => parseMail(raw).value('message-id'))
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
}
