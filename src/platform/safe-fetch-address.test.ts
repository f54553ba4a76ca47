import assert from 'node:assert/strict'
import { channel } from 'node:diagnostics_channel'
import type { LookupAddress } from 'node:dns'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { after, test } from 'node:test'
import { isPublicAddress, openSafeFetch, type SafeFetchOptions } from './safe-fetch.ts'

/** A fetch that is closed after the tests. */
function open(options: Partial<SafeFetchOptions> = {}) {
  const { fetch, close } = openSafeFetch({ allowPrivate: false, ...options })
  after(close)
  return (url: string, timeoutMs = 2_000) => fetch({ method: 'GET', url, timeoutMs, maxBytes: 1_000 })
}

/** Answers lookups one by one; the last answer stays. */
function resolver(...answers: readonly (readonly string[])[]) {
  const asked: string[] = []
  const resolve = async (host: string): Promise<readonly LookupAddress[]> => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? []
    asked.push(host)
    return answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  return { asked, resolve }
}

/** A server that counts its connections and requests. */
async function serve() {
  const counts = { connections: 0, requests: 0 }
  const server: Server = createServer((_request, response) => {
    counts.requests += 1
    response.end('hello')
  })
  server.on('connection', () => {
    counts.connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  return { counts, port: (server.address() as AddressInfo).port }
}

const PUBLIC = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '192.169.0.1', '11.0.0.1', '2606:4700::1111', '::ffff:8.8.8.8']
const NOT_PUBLIC = [
  ['this host', '0.0.0.0', '0.1.2.3', '::'],
  ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
  ['private', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255'],
  ['link-local', '169.254.169.254', '169.254.0.1', 'fe80::1', 'febf::1'],
  ['shared', '100.64.0.1', '100.127.255.255'],
  ['unique local', 'fc00::1', 'fdff::1', 'fd00:ec2::254'],
  ['site-local', 'fec0::1'],
  ['IPv4 in IPv6', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '::7f00:1', '::ffff:0:127.0.0.1'],
  ['translated', '64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1'],
  ['tunnelled', '2002:7f00:1::', '2002:a9fe:a9fe::1', '2001:0:1::1'],
  ['multicast and broadcast', '224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1'],
  [
    'reserved',
    '192.0.0.8',
    '198.18.0.1',
    '240.0.0.1',
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.1',
    '2001:db8::1',
    '100::1',
  ],
  ['not given out', '4000::1', '1::1', 'e000::1'],
  ['no address', '', 'localhost', '127.1', '999.1.1.1', 'fe80::1%lo'],
] as const

for (const [range, ...addresses] of NOT_PUBLIC) {
  test(`${range} addresses are not public`, () => {
    for (const address of addresses) assert.equal(isPublicAddress(address), false, address)
  })
}

test('addresses of the internet are public, those next to private ranges too', () => {
  for (const address of PUBLIC) assert.equal(isPublicAddress(address), true, address)
})

const SPELLINGS = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f.1',
  '0x7f000001',
  '0177.0.0.1',
  '127.0.0.1.',
  '１２７.0.0.1',
  '%31%32%37.0.0.1',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '0.0.0.0',
  '0',
  '[::]',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '0xa9fea9fe',
  '100.64.0.1',
  '[fc00::1]',
  '[fe80::1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
]

test('an address that is not public is refused however it is spelt, and nobody is asked for it', async () => {
  const { resolve, asked } = resolver(['8.8.8.8'])
  const fetch = open({ resolve })
  for (const host of SPELLINGS) {
    assert.deepEqual(await fetch(`https://${host}/`), { kind: 'failed', reason: 'private_address' }, host)
  }
  assert.deepEqual(asked, [])
})

test('a private address is refused at any port and with any path', async () => {
  const { port, counts } = await serve()
  for (const url of [`https://127.0.0.1:${port}/a?b#c`, 'https://127.0.0.1:1/']) {
    assert.deepEqual(await open()(url), { kind: 'failed', reason: 'private_address' })
  }
  assert.equal(counts.connections, 0)
})

test('a name that resolves to an address which is not public is refused', async () => {
  const { port, counts } = await serve()
  for (const address of ['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1', 'fd00::1']) {
    const fetch = open({ resolve: resolver([address]).resolve })
    const outcome = await fetch(`https://hook.example.com:${port}/`)
    assert.deepEqual(outcome, { kind: 'failed', reason: 'private_address' }, address)
  }
  assert.equal(counts.connections, 0)
})

test('names of the loopback are refused without asking anybody', async () => {
  for (const host of ['localhost', 'LOCALHOST', 'hook.localhost']) {
    assert.deepEqual(await open()(`https://${host}/`), { kind: 'failed', reason: 'private_address' }, host)
  }
})

test('a name is refused when one of its addresses is not public', async () => {
  for (const addresses of [
    ['8.8.8.8', '127.0.0.1'],
    ['127.0.0.1', '8.8.8.8'],
    ['2606:4700::1111', '8.8.8.8', '::1'],
  ]) {
    const fetch = open({ resolve: resolver(addresses).resolve })
    assert.deepEqual(await fetch('https://hook.example.com/'), { kind: 'failed', reason: 'private_address' })
  }
})

test('a name without addresses cannot be reached', async () => {
  const nowhere = open({ resolve: resolver([]).resolve })
  assert.deepEqual(await nowhere('https://hook.example.com/'), { kind: 'failed', reason: 'network', cause: 'dns' })
  const failing = open({ resolve: () => Promise.reject(new Error('no such name')) })
  assert.deepEqual(await failing('https://hook.example.com/'), { kind: 'failed', reason: 'network', cause: 'dns' })
})

/** In a block of the internet that belongs to nobody. */
const UNASSIGNED = '2d00::1'

test('the address that was judged is the one connected to, and every new connection is judged anew', async () => {
  const attempts: string[] = []
  const watch = (message: unknown) => {
    const { socket } = message as { socket: Socket }
    socket.on('connectionAttempt', (address: string) => attempts.push(address))
  }
  channel('net.client.socket').subscribe(watch)
  const { resolve, asked } = resolver([UNASSIGNED], ['127.0.0.1'])
  const fetch = open({ resolve })
  const first = await fetch('https://rebind.example.com/', 300)
  assert.ok(first.kind === 'failed' && first.reason !== 'private_address')
  assert.deepEqual(asked, ['rebind.example.com'])
  assert.deepEqual([...new Set(attempts)], [UNASSIGNED])
  assert.deepEqual(await fetch('https://rebind.example.com/'), { kind: 'failed', reason: 'private_address' })
  channel('net.client.socket').unsubscribe(watch)
  assert.deepEqual([...new Set(attempts)], [UNASSIGNED])
})

test('a connection rests on one answer of the resolver and a kept one on none, whatever the name resolves to by then', async () => {
  const { port, counts } = await serve()
  const { resolve, asked } = resolver(['127.0.0.1'], ['127.0.0.2'])
  const fetch = open({ resolve, allowPrivate: true })
  for (let i = 0; i < 3; i++) assert.equal((await fetch(`http://hook.example.com:${port}/`)).kind, 'answered')
  assert.deepEqual(counts, { connections: 1, requests: 3 })
  assert.equal(asked.length, 1)
})

test('a kept connection serves its own name alone: another name is resolved for itself', async () => {
  const { port, counts } = await serve()
  const known = new Map([
    ['a.example.com', '127.0.0.1'],
    ['b.example.com', '::1'],
  ])
  const resolve = async (host: string) => [{ address: known.get(host) ?? '', family: host.startsWith('a') ? 4 : 6 }]
  const fetch = open({ resolve, allowPrivate: true })
  assert.equal((await fetch(`http://a.example.com:${port}/`)).kind, 'answered')
  assert.deepEqual(await fetch(`http://b.example.com:${port}/`), {
    kind: 'failed',
    reason: 'network',
    cause: 'refused',
  })
  assert.equal(counts.connections, 1)
})

const BAD_URLS = [
  'http://hook.example.com/',
  'https://user:password@hook.example.com/',
  'https://user@hook.example.com/',
  'ftp://hook.example.com/',
  'file:///etc/passwd',
  'data:application/json,{}',
  'gopher://hook.example.com/',
  'ws://hook.example.com/',
  'javascript:1',
  'hook.example.com',
  '//hook.example.com/',
  'https://',
  'https://[::1',
  '',
]

test('anything but an https URL without credentials is refused before a name is looked up', async () => {
  const { resolve, asked } = resolver(['127.0.0.1'])
  const fetch = open({ resolve })
  for (const url of BAD_URLS) assert.deepEqual(await fetch(url), { kind: 'failed', reason: 'bad_url' }, url)
  assert.deepEqual(asked, [])
})

test('with private addresses allowed, plain http and every spelling get through, other schemes and credentials do not', async () => {
  const { port } = await serve()
  const fetch = open({ allowPrivate: true })
  for (const host of ['127.0.0.1', '2130706433', '0x7f.1', 'localhost', '[::ffff:127.0.0.1]']) {
    const outcome = await fetch(`http://${host}:${port}/`)
    assert.ok(outcome.kind === 'answered' && outcome.body.toString() === 'hello', host)
  }
  for (const url of BAD_URLS.filter((one) => !one.startsWith('http://'))) {
    assert.deepEqual(await fetch(url), { kind: 'failed', reason: 'bad_url' }, url)
  }
})
