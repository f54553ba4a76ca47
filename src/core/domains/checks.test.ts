import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NameOutcome } from '../../platform/names.ts'
import { type Check, isServed, judgeDns, judgePorts, judgeProof, judgeSite } from './checks.ts'
import type { DnsLook, PortLook } from './look.ts'
import { lookAtSite } from './site.ts'

const NAME = 'login.shop.example'
const RECORDS = { cname: 'shop.session.test', txt: { name: `_antiphon.${NAME}`, value: 'antiphon-domain=abc' } }
const NOW = Date.UTC(2026, 0, 2)
const DAY_MS = 86_400_000

const none: NameOutcome = { kind: 'none' }
const unanswered: NameOutcome = { kind: 'unanswered', reason: 'timeout' }
const records = (...list: string[]): NameOutcome => ({ kind: 'records', records: list })
const ours = records('192.0.2.10')
const EMPTY: DnsLook = { cname: none, txt: none, addresses: none, ours, caa: none }
const dns = (look: Partial<DnsLook>) => ({ ...EMPTY, ...look })
const told = (checks: readonly Check[]) => checks.map(({ name, outcome }) => `${name} ${outcome}`).join(', ')

const cname = records(RECORDS.cname)
const txt = records('v=spf1', RECORDS.txt.value)

const TABLE: readonly (readonly [what: string, look: Partial<DnsLook>, proof: string, checks: string])[] = [
  ['nothing', {}, 'missing', 'cname failed, txt failed, caa passed'],
  ['the CNAME', { cname, addresses: ours }, 'proven', 'cname passed, caa passed'],
  ['a CNAME to elsewhere', { cname: records('other.session.test') }, 'missing', 'cname failed, txt failed, caa passed'],
  ['a CNAME below ours', { cname: records(`x.${RECORDS.cname}`) }, 'missing', 'cname failed, txt failed, caa passed'],
  [
    'two CNAMEs, one of them ours',
    { cname: records('x.example', RECORDS.cname) },
    'missing',
    'cname failed, txt failed, caa passed',
  ],
  ['our address alone', { addresses: ours }, 'partly', 'cname failed, txt failed, proxy passed, caa passed'],
  [
    'another address alone',
    { addresses: records('198.51.100.1') },
    'missing',
    'cname failed, txt failed, proxy warning, caa passed',
  ],
  ['the TXT alone', { txt }, 'partly', 'address failed, txt passed, caa passed'],
  [
    'the TXT and our address',
    { txt, addresses: ours },
    'proven',
    'address passed, txt passed, proxy passed, caa passed',
  ],
  [
    'the TXT and a proxy',
    { txt, addresses: records('198.51.100.1', '192.0.2.10') },
    'proven',
    'address passed, txt passed, proxy warning, caa passed',
  ],
  [
    'the TXT with more behind it',
    { txt: records(`${RECORDS.txt.value}x`), addresses: ours },
    'partly',
    'cname failed, txt failed, proxy passed, caa passed',
  ],
  [
    'the TXT in upper case',
    { txt: records(RECORDS.txt.value.toUpperCase()), addresses: records('198.51.100.1') },
    'missing',
    'cname failed, txt failed, proxy warning, caa passed',
  ],
  [
    'silence',
    { cname: unanswered, txt: unanswered, addresses: unanswered },
    'unanswered',
    'cname failed, txt failed, caa passed',
  ],
  [
    'silence of ours',
    { addresses: records('198.51.100.1'), ours: unanswered },
    'missing',
    'cname failed, txt failed, caa passed',
  ],
]
for (const [what, look, proof, checks] of TABLE) {
  test(`in DNS stands ${what}: ${proof}`, () => {
    assert.equal(judgeProof(dns(look), RECORDS), proof)
    assert.equal(told(judgeDns(dns(look), NAME, RECORDS)), checks)
  })
}

const CAAS: readonly (readonly [caa: NameOutcome, outcome: string])[] = [
  [none, 'passed'],
  [records('issuewild ;'), 'passed'],
  [records('issue letsencrypt.org'), 'passed'],
  [records('issue digicert.com', 'issue letsencrypt.org; validationmethods=dns-01'), 'passed'],
  [records('issue ;'), 'warning'],
  [records('issue letsencrypt.org.evil.example'), 'warning'],
  [records('issue digicert.com'), 'warning'],
  [unanswered, 'warning'],
]
for (const [caa, outcome] of CAAS) {
  test(`CAA ${JSON.stringify(caa)}: ${outcome}`, () => {
    assert.equal(told(judgeDns(dns({ cname, caa }), NAME, RECORDS)), `cname passed, caa ${outcome}`)
  })
}

test('whatever is not as it should be says what to do, and nothing else does', () => {
  for (const [, look] of TABLE) {
    for (const { outcome, hint, expected, found } of judgeDns(dns(look), NAME, RECORDS)) {
      assert.equal(hint === null, outcome === 'passed')
      assert.ok(expected.length > 0 && found.length > 0)
    }
  }
})

test('of many records a few are shown', () => {
  const [check] = judgeDns(
    dns({ cname: records('a.example', 'b.example', 'c.example', 'd.example', 'e.example', 'f.example') }),
    NAME,
    RECORDS,
  )
  assert.equal(check?.found, 'a.example, b.example, c.example, d.example and 2 more')
})

const until = (days: number) => ({ issuer: 'An authority', endsAt: NOW + days * DAY_MS })
const nobody = (reason: 'private_address' | 'timeout' | 'network' | 'handshake') => ({ kind: 'none', reason }) as const
const PORTS: readonly (readonly [
  certificate: PortLook['certificate'],
  plain: PortLook['plain'],
  asked: boolean,
  checks: string,
  served: boolean,
])[] = [
  [{ kind: 'trusted', ...until(60) }, 'open', false, 'port_80 passed, certificate passed', true],
  [{ kind: 'trusted', ...until(13) }, 'network', false, 'port_80 warning, certificate warning', true],
  [
    { kind: 'untrusted', ...until(60), reason: 'CERT_HAS_EXPIRED' },
    'open',
    true,
    'port_80 passed, certificate failed',
    false,
  ],
  [nobody('handshake'), 'open', true, 'port_80 passed, certificate failed', false],
  [nobody('timeout'), 'timeout', false, 'port_80 warning, certificate failed', false],
  [nobody('timeout'), 'timeout', true, 'port_80 warning, certificate warning', true],
  [nobody('private_address'), 'private_address', false, 'port_80 warning, certificate failed', false],
  [nobody('private_address'), 'private_address', true, 'port_80 warning, certificate warning', true],
]
for (const [certificate, plain, asked, checks, served] of PORTS) {
  test(`443 shows ${JSON.stringify(certificate)}${asked ? ', and the proxy has asked' : ''}: ${checks}`, () => {
    assert.equal(told(judgePorts({ certificate, plain }, NAME, NOW, asked)), checks)
    assert.equal(isServed({ certificate, plain }, asked), served)
  })
}

for (const [origins, found] of [
  [[], ''],
  [['capacitor://localhost', 'http://localhost:3000'], ''],
  [['https://www.shop.example', 'https://other.example'], ''],
  [['https://shop.example:8443'], ''],
  [['https://other.example', 'https://a.github.io'], 'site warning'],
  [['https://login.example'], 'site warning'],
] as const) {
  test(`pages of ${origins.join(', ') || 'nobody'}: ${found || 'nothing to say'}`, async () => {
    assert.equal(told(judgeSite(await lookAtSite(NAME, origins))), found)
  })
}
