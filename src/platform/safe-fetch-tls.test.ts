import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { selfSignedCertificate } from '../../test/tls.ts'
import { openSafeFetch, type SafeFetchOptions } from './safe-fetch.ts'

const { key, cert } = await selfSignedCertificate()
let requests = 0
const server = createServer({ key, cert }, (_request, response) => {
  requests += 1
  response.end('hello')
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
after(() => server.close())
const { port } = server.address() as AddressInfo

async function get(host: string, options: Partial<SafeFetchOptions>) {
  const { fetch, close } = openSafeFetch({ allowPrivate: true, ...options })
  const outcome = await fetch({ method: 'GET', url: `https://${host}:${port}/`, timeoutMs: 5_000, maxBytes: 100 })
  close()
  return outcome.kind === 'answered'
    ? outcome.body.toString()
    : [outcome.reason, outcome.cause].filter(Boolean).join(' ')
}

const toLoopback = async () => [{ address: '127.0.0.1', family: 4 }]

test('a certificate that nobody vouches for is refused, where private addresses are allowed too', async () => {
  assert.equal(await get('localhost', {}), 'network tls')
  assert.equal(requests, 0)
})

test('a certificate authority of the operator’s own is trusted', async () => {
  assert.equal(await get('localhost', { extraCertificateAuthority: cert }), 'hello')
  assert.equal(await get('127.0.0.1', { extraCertificateAuthority: cert }), 'hello')
})

test('a trusted certificate counts for the names it was issued to, whatever address they resolve to', async () => {
  const options = { extraCertificateAuthority: cert, resolve: toLoopback }
  assert.equal(await get('shop.session.localhost', options), 'hello')
  const before = requests
  assert.equal(await get('hook.example.com', options), 'network tls')
  assert.equal(requests, before)
})

test('an authority for another certificate vouches for nothing', async () => {
  const { generate } = await import('selfsigned')
  const other = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec', curve: 'P-256' })
  assert.equal(await get('localhost', { extraCertificateAuthority: other.cert }), 'network tls')
})

test('a trusted certificate opens no private address', async () => {
  const options = { extraCertificateAuthority: cert, allowPrivate: false }
  assert.equal(await get('127.0.0.1', options), 'private_address')
  assert.equal(await get('localhost', { ...options, resolve: toLoopback }), 'private_address')
})
