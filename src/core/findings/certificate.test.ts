import assert from 'node:assert/strict'
import { test } from 'node:test'
import { issueCertificate, readCertificate } from '../../crypto/certificate.ts'
import { judgeNames, judgeValidity } from './certificate.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 8, 1, 12)

/** A certificate from and until so many days from now. */
async function certificate(
  from: number,
  until: number,
  names: { dns: string[]; ip: string[] } = { dns: ['a.example'], ip: [] },
) {
  const { cert } = await issueCertificate(names, NOW + from * DAY_MS, NOW + until * DAY_MS)
  const read = readCertificate(cert)
  assert.ok(read)
  return read
}

const VALIDITIES: readonly [from: number, until: number, level: string, what: RegExp][] = [
  [-1, 14.1, 'ok', /valid until 2026-09-15/],
  [-1, 14, 'hint', /expires on 2026-09-15, within 14 days/],
  [-1, 0.1, 'hint', /expires on 2026-09-01/],
  [-1, 0, 'fault', /expired on 2026-09-01/],
  [-90, -60, 'fault', /expired on 2026-07-03/],
  [0, 90, 'ok', /valid until/],
  [1, 90, 'fault', /not valid before 2026-09-02/],
]
for (const [from, until, level, what] of VALIDITIES) {
  test(`a certificate from day ${from} until day ${until}: ${level}`, async () => {
    const finding = judgeValidity(await certificate(from, until), NOW)
    assert.equal(finding.level, level)
    assert.match(finding.what, what)
  })
}

const wildcard = { dns: ['*.session.example', 'login.shop.example'], ip: ['192.0.2.7'] }
const NAMES: readonly [hosts: string[], level: string | undefined, what: RegExp][] = [
  [[], undefined, /^$/],
  [['shop.session.example', 'login.shop.example', '192.0.2.7'], 'ok', /every host/],
  [['shop.session.example', 'shop.example'], 'hint', /not for shop\.example$/],
  [
    ['session.example'],
    'fault',
    /^it is for \*\.session\.example, login\.shop\.example, 192\.0\.2\.7: no application answers there$/,
  ],
  [['192.0.2.8', 'a.b.session.example'], 'fault', /no application answers there/],
]
for (const [hosts, level, what] of NAMES) {
  test(`a certificate before applications at ${hosts.join(', ') || 'no host'}: ${level ?? 'nothing'}`, async () => {
    const [finding, ...more] = judgeNames(await certificate(-1, 90, wildcard), hosts)
    assert.equal(finding?.level, level)
    assert.match(finding?.what ?? '', what)
    assert.deepEqual(more, [])
  })
}

test('many hosts are not all named', async () => {
  const hosts = ['a.example', ...Array.from({ length: 9 }, (_, i) => `b${i}.example`)]
  const [finding] = judgeNames(await certificate(-1, 90), hosts)
  assert.match(
    finding?.what ?? '',
    /not for b0\.example, b1\.example, b2\.example, b3\.example, b4\.example and 4 more$/,
  )
})
