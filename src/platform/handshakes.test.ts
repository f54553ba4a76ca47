import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import tls from 'node:tls'
import { selfSignedCertificate } from '../../test/tls.ts'
import { world } from '../../test/world.ts'
import type { FastifyInstance } from './http.ts'

const certificate = await selfSignedCertificate()

async function openTls() {
  const servers: FastifyInstance[] = []
  const w = await world('sqlite', {
    config: { tls: certificate },
    async pages(server) {
      servers.push(server)
    },
  })
  const [server] = servers
  assert.ok(server)
  return { server, port: Number(new URL(w.address).port) }
}

test('a client that connects and never begins the handshake does not keep the server from closing', async () => {
  const { server, port } = await openTls()
  const accepted = once(server.server, 'connection')
  const complaints: Error[] = []
  const client = connect(port, '127.0.0.1').on('error', (error) => complaints.push(error))
  await accepted
  const patience = setTimeout(() => client.destroy(new Error('the server waits')), 5_000)
  const ended = once(client, 'close')
  await server.close()
  await ended
  clearTimeout(patience)
  assert.deepEqual(complaints, [])
})

test('a request that is under way when the server closes is answered', { timeout: 10_000 }, async () => {
  const { server, port } = await openTls()
  const client = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  await once(client, 'secureConnect')
  let closing: Promise<unknown> | undefined
  server.server.once('request', () => {
    closing = server.close()
  })
  client.write('GET /nowhere HTTP/1.1\r\nhost: nobody.test\r\nconnection: close\r\n\r\n')
  const [answer] = await once(client, 'data')
  assert.match(String(answer), /^HTTP\/1\.1 (404|503) /)
  await closing
})
