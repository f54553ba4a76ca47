import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../builders.ts'
import type { World } from '../world.ts'
import { answered } from './legacy.ts'
import { stages } from './stages.ts'

const START = '/v1/session/otp'
const HOOK = 'https://legacy.example.com/validate'
let people = 0

/** The statuses of codes asked for by clients that a proxy names so. */
async function ask(w: World, chains: readonly string[], starts = 2): Promise<number[]> {
  const app = await application(w, { settings: { otp: { starts_per_ip: starts } } })
  const statuses: number[] = []
  for (const chain of chains) {
    const body = { identifier: { type: 'email_address', value: `person${++people}@example.com` } }
    statuses.push((await app.call(START, { body, headers: { 'x-forwarded-for': chain } })).status)
  }
  return statuses
}

const ONE_CLIENT: readonly (readonly [what: string, chain: (i: number) => string])[] = [
  ['with a port that changes', (i) => `198.51.100.20:${1024 + i}`],
  ['in IPv6 with brackets and a port', (i) => `[2001:db8:7::20]:${1024 + i}`],
  [
    'in IPv6 in other spellings',
    (i) => ['2001:db8:8::20', '2001:DB8:8:0::20', '2001:0db8:8::0020', '[2001:db8:8::20]'][i] ?? '',
  ],
  [
    'in IPv4 and in IPv6 that maps it',
    (i) => ['198.51.100.21', '::ffff:198.51.100.21', '::FFFF:c633:6415', '198.51.100.21:9'][i] ?? '',
  ],
  ['with a zone that changes', (i) => `fe80::20%eth${i}`],
  ['in front of which it writes what it likes', (i) => `10.0.0.${i}, x${i}, 198.51.100.22`],
  ['by names that are no address', (i) => ['unknown', '_a1', '', 'a'.repeat(9_000)][i] ?? ''],
  [
    'by numbers that are no plain address',
    (i) => ['0xc6336414', '3325256724', '198.51.25620', '0306.51.100.20'][i] ?? '',
  ],
  ['in a chain of proxies alone', (i) => `127.0.0.1${', 127.0.0.1'.repeat(i)}`],
]

for (const { engine, w } of await stages()) {
  for (const [what, chain] of ONE_CLIENT) {
    test(`${engine}: one client is one to every limit: ${what}`, async () => {
      assert.deepEqual(await ask(w, [0, 1, 2, 3].map(chain)), [204, 204, 429, 429])
    })
  }

  test(`${engine}: many clients are many`, async () => {
    const many = ['198.51.100.30:1', '198.51.100.31:1', '2001:db8:9::1', '[2001:db8:9:1::1]:1']
    assert.deepEqual(await ask(w, many, 1), [204, 204, 204, 204])
  })

  test(`${engine}: hooks are told an address, whatever the proxy writes`, async () => {
    const app = await application(w)
    const config = { session_validation_url: HOOK }
    assert.equal((await app.manage('/config/migration', { body: config })).status, 201)
    w.fakeNetwork(async () => answered({}, 401))
    for (const [chain, address] of [
      ['198.51.100.40:4711', '198.51.100.40'],
      ['[2001:DB8::40]:4711', '2001:db8::40'],
      ['client.internal', '127.0.0.1'],
    ] as const) {
      const body = { token: chain, code_challenge: 'a'.repeat(43) }
      await app.call('/v1/session/migration', { body, headers: { 'x-forwarded-for': chain } })
      assert.equal(JSON.parse(w.outbound.at(-1)?.body ?? '{}').signals?.ip, address)
    }
  })

  test(`${engine}: a proxy that names clients by no address is told of once, without what it says`, async () => {
    const told = () => w.log.filter((line) => line.includes('X-Forwarded-For'))
    await ask(w, ['s3cret', 's3cret', 'unknown'])
    assert.equal(told().length, 1)
    assert.match(JSON.parse(told()[0] ?? '{}').request_id, /^req_/)
    assert.ok(!told().join().includes('s3cret'))
  })
}
