import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ipRange } from './network.ts'

test('an address lies in the range of its prefix, in either family', () => {
  for (const [ip, v4, v6, range] of [
    ['203.0.113.77', 24, 48, '203.0.113.0/24'],
    ['203.0.113.77', 32, 64, '203.0.113.77/32'],
    ['203.0.255.77', 20, 64, '203.0.240.0/20'],
    ['::ffff:203.0.113.77', 24, 48, '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', 24, 48, '2001:db8:1::/48'],
    ['2001:DB8:1:2:3:4:5:6', 24, 64, '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 24, 64, 'fe80::/64'],
  ] as const)
    assert.equal(ipRange(ip, { v4, v6 }), range)
})

test('whatever is no address has one budget for all that is none', () => {
  const ranges = [
    'unknown',
    '',
    '203.0.113.77:50001',
    '203.0.113.77:50002',
    '[2001:db8::1]:443',
    '0x7f.1',
    '10',
    'x'.repeat(10_000),
  ].map((ip) => ipRange(ip, { v4: 32, v6: 64 }))
  assert.deepEqual([...new Set(ranges)], ['0.0.0.0/32'])
})
