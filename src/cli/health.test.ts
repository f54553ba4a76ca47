import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { issueCertificate } from '../crypto/certificate.ts'
import { askReady } from '../platform/ask-ready.ts'
import { health } from './health.ts'

const folder = mkdtempSync(join(tmpdir(), 'antiphon-health-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** The port of a server that answers so. */
async function answering(answer: RequestListener, pair?: { cert: string; key: string }): Promise<number> {
  const server = (pair ? createTlsServer(pair, answer) : createServer(answer)).listen(0, '127.0.0.1')
  after(() => server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const says =
  (status: number, body: string): RequestListener =>
  (request, response) =>
    response.writeHead(request.url === '/readyz' ? status : 404).end(body)

test('a server that is ready is healthy, wherever it listens', async () => {
  const port = await answering(says(200, '{"status":"ready"}'))
  for (const host of ['127.0.0.1', 'localhost', '0.0.0.0'])
    assert.deepEqual(await health({ ANTIPHON_LISTEN: `${host}:${port}` }), {
      kind: 'done',
      json: { status: 'ready' },
      plain: 'ready',
      failed: false,
    })
})

test('one that is not ready fails, and says why as far as it is told', async () => {
  const cases = [
    { body: '{"status":"not ready","reason":"keys"}', plain: 'not ready: keys' },
    { body: '{"status":"not ready"}', plain: 'not ready' },
    { body: 'nginx', plain: 'not ready' },
    { body: 'x'.repeat(100_000), plain: 'not ready' },
  ]
  for (const { body, plain } of cases) {
    const outcome = await health({ ANTIPHON_LISTEN: `127.0.0.1:${await answering(says(503, body))}` })
    assert.ok(outcome.kind === 'done' && outcome.failed)
    assert.equal(outcome.plain, plain)
  }
})

test('TLS is spoken where the server has a certificate, also one that has ended', async () => {
  const day = 86_400_000
  const pair = await issueCertificate({ dns: ['shop.example'], ip: [] }, Date.now() - 2 * day, Date.now() - day)
  const port = await answering(says(200, '{"status":"ready"}'), pair)
  const file = join(folder, 'cert.pem')
  writeFileSync(file, pair.cert)
  const listen = { ANTIPHON_LISTEN: `127.0.0.1:${port}` }
  assert.equal((await health({ ...listen, ANTIPHON_TLS_CERT: file })).kind, 'done')
  assert.equal((await health(listen)).kind, 'refused')
})

test('nobody, somebody who never ends, and nonsense are told in one line', async () => {
  const [closed, endless] = [await answering(says(200, '')), await answering(() => {})]
  const slow = await askReady({ host: '127.0.0.1', port: endless }, false, 50)
  assert.deepEqual(slow, { kind: 'silent', fault: 'no answer in time' })
  const dripping = await answering((_request, response) => response.writeHead(200).write('{'))
  assert.deepEqual(await askReady({ host: '127.0.0.1', port: dripping }, false, 50), {
    kind: 'silent',
    fault: 'no answer in time',
  })
  assert.equal((await askReady({ host: '127.0.0.1', port: closed }, true, 1_000)).kind, 'silent')
  const nobody = await health({ ANTIPHON_LISTEN: '127.0.0.1:1' })
  assert.deepEqual(nobody, { kind: 'refused', reason: 'the server at 127.0.0.1:1 does not answer: ECONNREFUSED' })
  assert.equal((await health({ ANTIPHON_LISTEN: '127.0.0.1:0' })).kind, 'refused')
  assert.deepEqual(await health({ ANTIPHON_LISTEN: '8080' }), {
    kind: 'misconfigured',
    faults: ['ANTIPHON_LISTEN: is not host:port, such as 127.0.0.1:8080'],
  })
})
