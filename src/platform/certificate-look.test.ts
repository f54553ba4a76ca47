import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import tls from 'node:tls'
import { tlsSite } from '../../test/house/tls-site.ts'
import { lookAtCertificate } from './certificate-look.ts'

const NAME = 'login.shop.example'
const site = await tlsSite()
after(() => site.close())
const look = async (name: string) =>
  lookAtCertificate(await site.dial({ host: '192.0.2.1', port: 443, timeoutMs: 1_000 }), name, 1_000)

test('a certificate for the name, of an issuer that is trusted, is told with its end', async () => {
  await site.certify(NAME, 30)
  const seen = await look(NAME)
  assert.ok(seen.kind === 'trusted')
  assert.equal(seen.issuer, NAME)
  assert.ok(Math.abs(seen.endsAt - Date.now() - 30 * 86_400_000) < 60_000)
})

test('one that is out of date, of a stranger, or for another name is not trusted, and it is said why', async () => {
  const reasonOf = async () => {
    const seen = await look(NAME)
    return seen.kind === 'untrusted' ? seen.reason : seen.kind
  }
  await site.certify(NAME, -0.5)
  assert.equal(await reasonOf(), 'CERT_HAS_EXPIRED')
  await site.certify(NAME, 30, true)
  assert.match(await reasonOf(), /SELF_SIGNED/)
  await site.certify(NAME, 30, false, 'other.example')
  assert.match(await reasonOf(), /ALTNAME/)
})

test('a server without a certificate for the name has none', async () => {
  assert.deepEqual(await look('unknown.example'), { kind: 'none', reason: 'handshake' })
})

for (const [what, serve] of [
  ['that says nothing', () => {}],
  ['that speaks no TLS', (socket: net.Socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['that hangs up', (socket: net.Socket) => void socket.destroy()],
] as const) {
  test(`a server ${what} has none, and is left in time`, async () => {
    const server = net.createServer((socket) => serve(socket.on('error', () => {}).resume())).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1')
    await once(socket, 'connect')
    const outcome = { kind: 'connected', socket, trusted: tls.createSecureContext() } as const
    assert.deepEqual(await lookAtCertificate(outcome, NAME, 100), { kind: 'none', reason: 'handshake' })
    assert.ok(socket.destroyed)
    server.close()
  })
}

test('where nobody could be dialled it is said why', async () => {
  for (const reason of ['private_address', 'timeout', 'network'] as const)
    assert.deepEqual(await lookAtCertificate({ kind: 'failed', reason }, NAME, 100), { kind: 'none', reason })
})
