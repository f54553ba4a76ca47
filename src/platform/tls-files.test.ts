import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type CertificatePair, issueCertificate } from '../crypto/certificate.ts'
import { openLog } from './log.ts'
import { openMetrics } from './metrics.ts'
import { keepRenewed, validityOf } from './tls-files.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 1, 3)

const issue = (from: number, until: number): Promise<CertificatePair> =>
  issueCertificate({ dns: ['a.example'], ip: [] }, NOW + from * DAY_MS, NOW + until * DAY_MS)
const [first, second, dying] = [await issue(-1, 90), await issue(-1, 90), await issue(-1, 20)]

// Only now: what is to be done at the end is done when another file of the process has ended while this one still waits.
const folder = mkdtempSync(join(tmpdir(), 'antiphon-tls-'))
after(() => rmSync(folder, { recursive: true }))

let made = 0

/** A server that serves a pair from files of its own. */
function open(pair = first) {
  const files = { cert: join(folder, `${++made}.crt`), key: join(folder, `${made}.key`) }
  const write = ({ cert, key }: Partial<CertificatePair>) => {
    if (cert !== undefined) writeFileSync(files.cert, cert)
    if (key !== undefined) writeFileSync(files.key, key)
  }
  const clock = { now: NOW }
  const served: unknown[] = []
  const lines: string[] = []
  const metrics = openMetrics()
  write(pair)
  const { look } = keepRenewed({ setSecureContext: (options) => void served.push(options) }, pair, files, {
    log: openLog('info', { write: (line: string) => lines.push(line) } as never),
    now: () => clock.now,
    metrics,
  })
  const said = () => lines.splice(0).map((line) => JSON.parse(line).msg as string)
  const toldEnd = async () => (await metrics.certificateEnd.get()).values[0]?.value
  return { write, look, served, said, clock, files, toldEnd }
}

const BROKEN = 'a renewed certificate cannot be served: the old one is'

test('files that are renewed are served, once', async () => {
  const { write, look, served, said, toldEnd } = open()
  await look(false)
  assert.deepEqual([served, said()], [[], []])
  const endOf = ({ cert }: CertificatePair) => Date.parse(new X509Certificate(cert).validTo) / 1000
  assert.equal(await toldEnd(), endOf(first))
  write(second)
  for (let i = 0; i < 3; i++) await look(false)
  assert.deepEqual(served, [second])
  assert.deepEqual(said(), ['a renewed certificate is served'])
  assert.equal(await toldEnd(), endOf(second))
})

test('whoever asks is told when nothing has changed', async () => {
  const { look, served, said } = open()
  await look(true)
  assert.deepEqual([served, said()], [[], ['the certificate is the one that is served already']])
})

test('a certificate whose key is still on its way is no fault; it is served when both are there', async () => {
  const { write, look, served, said } = open()
  write({ cert: second.cert })
  await look(false)
  assert.deepEqual([served, said()], [[], []])
  write({ key: second.key })
  await look(false)
  assert.deepEqual(served, [second])
})

const BREAKS: readonly [what: string, pair: Partial<CertificatePair>][] = [
  ['another key', { key: second.key }],
  ['no certificate', { cert: 'renewal failed' }],
  ['nothing', { cert: '', key: '' }],
  ['a key of nothing', { key: '' }],
]
for (const [what, broken] of BREAKS) {
  test(`with ${what} in the files the old certificate stays, which is said once, or whenever somebody asks`, async () => {
    const { write, look, served, said } = open()
    write(broken)
    for (let i = 0; i < 4; i++) await look(false)
    assert.deepEqual([served, said()], [[], [BROKEN]])
    await look(true)
    assert.deepEqual(said(), [BROKEN])
    write(second)
    await look(false)
    assert.deepEqual(served, [second])
  })
}

test('files that are gone leave the old certificate', async () => {
  const { look, served, said, files } = open()
  rmSync(files.key)
  await look(true)
  assert.deepEqual([served, said()], [[], [BROKEN]])
})

test('a certificate that clients will soon refuse is told of, once when it is soon and once when it is late', async () => {
  const { write, look, said, clock } = open(dying)
  assert.deepEqual(said(), [])
  for (const [days, told] of [
    [5, []],
    [6, ['the certificate expires soon']],
    [19, []],
    [20, ['the certificate has expired']],
    [30, []],
  ] as const) {
    clock.now = NOW + days * DAY_MS
    await look(false)
    assert.deepEqual(said(), told, `day ${days}`)
  }
  write(second)
  await look(false)
  assert.deepEqual(said(), ['a renewed certificate is served'])
})

test('a certificate that has expired, or is not valid yet, is told of at the start', async () => {
  assert.deepEqual(open(await issue(-9, -1)).said(), ['the certificate has expired'])
  assert.deepEqual(open(await issue(2, 90)).said(), ['the certificate is not valid yet'])
})

for (const [now, validity] of [
  [-1, 'is not valid yet'],
  [0, 'valid'],
  [16 * DAY_MS - 1, 'valid'],
  [16 * DAY_MS, 'expires soon'],
  [30 * DAY_MS - 1, 'expires soon'],
  [30 * DAY_MS, 'has expired'],
] as const) {
  test(`a certificate of thirty days is called ${validity} after ${now / DAY_MS} days`, () => {
    assert.equal(validityOf({ notBefore: 0, expiresAt: 30 * DAY_MS }, now), validity)
  })
}
