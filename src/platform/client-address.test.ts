import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decideClient, inRanges, peerAddress, plainAddress } from './client-address.ts'

describe('an address has one spelling', () => {
  const table: readonly (readonly [string, string | undefined])[] = [
    ['198.51.100.7', '198.51.100.7'],
    [' 198.51.100.7\t', '198.51.100.7'],
    ['198.51.100.7:443', '198.51.100.7'],
    ['::ffff:198.51.100.7', '198.51.100.7'],
    ['::FFFF:c633:6407', '198.51.100.7'],
    ['[::ffff:198.51.100.7]:8443', '198.51.100.7'],
    ['2001:DB8:0:0:0:0:0:7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:db8::7]:65535', '2001:db8::7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25en1]:80', 'fe80::1'],
    ['', undefined],
    ['unknown', undefined],
    ['_hidden', undefined],
    ['198.51.100', undefined],
    ['3325256711', undefined],
    ['0xc6.0x33.0x64.0x7', undefined],
    ['0306.063.0144.07', undefined],
    ['198.51.100.7:', undefined],
    ['198.51.100.7:port', undefined],
    ['198.51.100.7:123456', undefined],
    ['198.51.100.7 198.51.100.8', undefined],
    ['[198.51.100.7', undefined],
    ['2001:db8::7::1', undefined],
    ['[2001:db8::7]x', undefined],
    ['client.example', undefined],
    [`${' '.repeat(200)}198.51.100.7`, undefined],
  ]
  for (const [text, address] of table) {
    test(JSON.stringify(text.slice(0, 40)), () => assert.equal(plainAddress(text), address))
  }

  test('however it is written, and a plain one is its own', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(65_535), (ip, port) => {
        const plain = plainAddress(ip)
        assert.ok(plain !== undefined && isIP(plain) !== 0)
        assert.equal(plainAddress(plain), plain)
        assert.equal(plainAddress(`${isIP(ip) === 6 ? `[${ip.toUpperCase()}]` : ip}:${port}`), plain)
      }),
    )
  })

  test('a connection that has none is not nothing', () => {
    assert.equal(peerAddress(undefined), '0.0.0.0')
    assert.equal(peerAddress('::ffff:127.0.0.1'), '127.0.0.1')
  })
})

describe('who sends a request', () => {
  const isTrusted = inRanges(['192.0.2.1', '10.0.0.0/8', 'fd00::/8'])
  const PROXY = '10.1.1.1'
  const table: readonly (readonly [what: string, peer: string, chain: string, address: string, unclear?: true])[] = [
    ['a stranger is believed nothing', '203.0.113.9', '198.51.100.7', '203.0.113.9'],
    ['a proxy that names nobody is itself the client', PROXY, '', PROXY],
    ['whom the proxy names', PROXY, '198.51.100.7', '198.51.100.7'],
    ['the last that is no proxy, whatever stands before it', PROXY, '1.1.1.1, 198.51.100.7, 10.9.9.9', '198.51.100.7'],
    ['proxies in both families', PROXY, '2001:db8::1,fd00::5 ,192.0.2.1', '2001:db8::1'],
    ['a port is no part of it', PROXY, '198.51.100.7:50001', '198.51.100.7'],
    ['a proxy is known with its port too', PROXY, '198.51.100.7, 10.2.2.2:4711', '198.51.100.7'],
    ['a mapped proxy is known', PROXY, '198.51.100.7, ::ffff:10.2.2.2', '198.51.100.7'],
    ['a chain of proxies alone', PROXY, '10.2.2.2, 10.3.3.3', PROXY],
    ['no address', PROXY, 'unknown', PROXY, true],
    ['no address before a proxy', PROXY, '198.51.100.7, _secret, 10.2.2.2', PROXY, true],
    ['an empty place', PROXY, '198.51.100.7,', PROXY, true],
    [
      'what stands before the client is not looked at',
      PROXY,
      'x'.repeat(10_000).concat(', 198.51.100.7'),
      '198.51.100.7',
    ],
    ['a chain that is longer than any', PROXY, `198.51.100.7${', 10.2.2.2'.repeat(20)}`, PROXY],
    ['a long chain', PROXY, `198.51.100.7${', 10.2.2.2'.repeat(19)}`, '198.51.100.7'],
  ]
  for (const [what, peer, chain, address, unclear = false] of table) {
    test(what, () => assert.deepEqual(decideClient(peer, chain, isTrusted), { address, unclear }))
  }

  test('nobody is believed where nobody is trusted', () => {
    assert.equal(decideClient('127.0.0.1', '198.51.100.7', inRanges([])).address, '127.0.0.1')
  })

  test('it is an address, whatever a chain says', () => {
    const part = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constantFrom('10.0.0.1', '192.0.2.1', ''))
    fc.assert(
      fc.property(fc.array(part), (chain) => {
        const { address } = decideClient(PROXY, chain.join(','), isTrusted)
        assert.ok(isIP(address) !== 0 && (address === PROXY || !isTrusted(address)))
      }),
    )
  })
})
