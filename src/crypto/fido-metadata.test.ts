import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { issue } from '../../test/house/certificates.ts'
import { authority, base64, between, entry, metadataFile, signerOf } from '../../test/house/fido.ts'
import signedIn2021 from '../../test/vectors/fido/signer-2021.json' with { type: 'json' }
import { FIDO_AUTHORITIES, readFidoMetadata } from './fido-metadata.ts'

const MODEL = '01020304-0506-0708-0102-030405060708'
const OTHER = MODEL.replace('01', '02')
const NOW = Date.UTC(2026, 0, 2)
const maker = issue({ name: 'Maker', isAuthority: true, from: NOW, until: NOW + 1 })
const entries = [entry(MODEL, [base64(maker)])]

const read = (text: string) => readFidoMetadata(text, [authority.pem])
const rootsIn = (list: readonly unknown[]) => {
  const outcome = read(metadataFile(list))
  assert.ok(outcome.kind === 'metadata', JSON.stringify(outcome))
  return [...outcome.metadata.roots].map(([aaguid, pems]) => [aaguid, pems.length])
}

test('a file says by which certificates models are proven, and when the next one comes', () => {
  const outcome = read(`${metadataFile(entries)}\n`)
  assert.ok(outcome.kind === 'metadata', JSON.stringify(outcome))
  assert.equal(outcome.metadata.nextUpdate, Date.UTC(2026, 1, 1))
  assert.deepEqual(outcome.metadata.roots.get(MODEL), [maker.pem.trim()])
})

test('of models it counts what can be read, and what was reported to prove nothing does not', () => {
  const one = base64(maker)
  assert.deepEqual(rootsIn([entry(MODEL.toUpperCase(), [one, ` ${one.slice(0, 64)}\n${one.slice(64)}`])]), [[MODEL, 2]])
  assert.deepEqual(rootsIn([entry(MODEL, ['rubbish', one])]), [[MODEL, 1]])
  const none = [
    entry(undefined, [one]),
    entry(MODEL, []),
    entry(MODEL, ['rubbish']),
    { aaguid: MODEL },
    null,
    'entry',
    7,
  ]
  assert.deepEqual(rootsIn(none), [])
  const reported = [
    entry(MODEL, [one], 'REVOKED'),
    entry(OTHER, [one], 'ATTESTATION_KEY_COMPROMISE', 'UPDATE_AVAILABLE'),
  ]
  assert.deepEqual(rootsIn(reported), [])
  assert.deepEqual(rootsIn([entry(MODEL, [one], 'UPDATE_AVAILABLE')]), [[MODEL, 1]])
})

const byNobody = signerOf({}, issue({ name: 'Between', isAuthority: true, from: NOW, until: NOW + 1 }))
const elsewhere = signerOf({ host: 'mds.example.org' })
const late = signerOf({ from: NOW + 500 * 86_400_000, until: NOW + 600 * 86_400_000 })
const [header = '', , signature = ''] = metadataFile(entries).split('.')
const [, payload = ''] = metadataFile([entry(OTHER, [base64(maker)])]).split('.')

for (const [what, text, reason] of [
  ['nothing', '', /is no JWT/],
  ['a page', '<html></html>', /is no JWT/],
  ['a file that was cut off', metadataFile(entries).slice(0, -40).split('.').slice(0, 2).join('.'), /is no JWT/],
  ['another payload', [header, payload, signature].join('.'), /not as it was signed/],
  ['no certificates', metadataFile(entries, { header: { x5c: undefined } }), /not signed by/],
  ['certificates that are none', metadataFile(entries, { header: { x5c: ['AAAA', 7] } }), /not signed by/],
  ['the certificate of another host', metadataFile(entries, { by: elsewhere }), /not signed by mds\.fidoalliance/],
  [
    'a chain with a gap',
    metadataFile(entries, { by: signerOf({}, between), chain: [signerOf({}, between)] }),
    /GlobalSign/,
  ],
  ['an authority of the same name', metadataFile(entries, { by: byNobody }), /GlobalSign/],
  ['an authority that had ended', metadataFile(entries, { by: late }), /GlobalSign/],
  ['the signature of another', metadataFile(entries, { by: elsewhere, chain: [signerOf(), between] }), /not as it was/],
  ['no algorithm', metadataFile(entries, { header: { alg: 'none' } }), /not as it was signed/],
  ['an algorithm of secrets', metadataFile(entries, { header: { alg: 'HS256' } }), /not as it was signed/],
  ['no list', metadataFile(undefined), /lists no authenticators/],
  ['no day', metadataFile(entries, { payload: { nextUpdate: 'soon' } }), /lists no authenticators/],
] as const) {
  test(`a file is refused with ${what}`, () => {
    const outcome = read(text)
    assert.ok(outcome.kind === 'fault')
    assert.match(outcome.reason, reason)
  })
}

test('the roots that are compiled in are the two of GlobalSign, by their published fingerprints', () => {
  assert.deepEqual(
    FIDO_AUTHORITIES.map((pem) => new X509Certificate(pem).fingerprint256),
    [
      'CB:B5:22:D7:B7:F1:27:AD:6A:01:13:86:5B:DF:1C:D4:10:2E:7D:07:59:AF:63:5A:7C:F4:72:0D:C9:63:C5:3B',
      '4F:A3:12:6D:8D:3A:11:D1:C4:85:5A:4F:80:7C:BA:D6:CF:91:9D:3A:5A:88:B0:3B:EA:2C:63:72:D9:3C:40:C9',
    ],
  )
})

test('whom the FIDO Alliance signs by is known, here as it signed in 2021; what it did not sign is refused', () => {
  const outcome = readFidoMetadata(metadataFile(entries, { header: { x5c: signedIn2021 } }), FIDO_AUTHORITIES)
  assert.deepEqual(outcome, { kind: 'fault', reason: 'is not as it was signed' })
  const ours = readFidoMetadata(metadataFile(entries), FIDO_AUTHORITIES)
  assert.match(ours.kind === 'fault' ? ours.reason : '', /GlobalSign/)
})
