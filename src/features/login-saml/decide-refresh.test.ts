import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SamlCertificate, SamlIdp } from '../../core/saml-connections/connection.ts'
import { decideRefresh, type Known } from './decide-refresh.ts'
import type { FetchedIdp } from './idp-source.ts'

const NOW = 1_800_000_000_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const certificate = (name: string, more: Partial<SamlCertificate> = {}): SamlCertificate => ({
  pem: name,
  fingerprint: name,
  not_before: 0,
  expires_at: 1,
  source: 'metadata',
  ...more,
})
const known = (certificates: SamlCertificate[], problem: Known['problem'] = ''): Known => ({
  idp: { entity_id: 'acme', sso_url: 'https://a.example/sso', slo_url: 'https://a.example/slo', certificates },
  problem,
})
const found = (names: readonly string[], entityId = 'acme'): FetchedIdp => ({
  kind: 'idp',
  idp: {
    entityId,
    ssoUrl: 'https://b.example/sso',
    sloUrl: undefined,
    certificates: names.map((name) => ({ pem: name, fingerprint: name, notBefore: 0, expiresAt: 1 })),
  },
})
const failed = (problem: 'unreachable' | 'invalid'): FetchedIdp => ({ kind: 'problem', problem, reason: 'because' })

const shown = ({ certificates }: SamlIdp) =>
  certificates.map(({ fingerprint, source, gone_since }) => {
    const since = gone_since === undefined ? '' : ` gone ${(NOW - gone_since) / HOUR_MS} h`
    return `${fingerprint}${source === 'operator' ? ' typed' : ''}${since}`
  })

const typed = { source: 'operator' } as const
const ROLLOVERS: readonly (readonly [string, SamlCertificate[], string[], string[]])[] = [
  ['the same', [certificate('a')], ['a'], ['a']],
  ['a new one is added', [certificate('a')], ['a', 'b'], ['a', 'b']],
  ['one that is gone stays for now', [certificate('a')], ['b'], ['b', 'a gone 0 h']],
  [
    'a millisecond less than a day',
    [certificate('a', { gone_since: NOW - DAY_MS + 1 })],
    ['b'],
    ['b', `a gone ${24 - 1 / HOUR_MS} h`],
  ],
  ['after a day it leaves', [certificate('a', { gone_since: NOW - DAY_MS })], ['b'], ['b']],
  ['one that came back is as before', [certificate('a', { gone_since: NOW - HOUR_MS })], ['a'], ['a']],
  ['a typed one stays', [certificate('a', typed)], ['b'], ['a typed', 'b']],
  ['a typed one that metadata names stays typed', [certificate('a', typed)], ['a'], ['a typed']],
  [
    'those gone for longest leave first where there are many',
    [certificate('y', { gone_since: NOW - 2 * HOUR_MS }), certificate('z', { gone_since: NOW - HOUR_MS })],
    [...'abcdefghi'],
    [...'abcdefghi', 'z gone 1 h'],
  ],
]
for (const [name, before, names, after] of ROLLOVERS) {
  test(`certificates: ${name}`, () => {
    const { idp, problem, news } = decideRefresh(known(before), found(names), NOW)
    assert.deepEqual([shown(idp), problem, news], [after, '', undefined])
  })
}

test('addresses are those of the metadata, and what it does not name is gone', () => {
  const { idp } = decideRefresh(known([certificate('a')]), found(['a']), NOW)
  assert.deepEqual(idp, { entity_id: 'acme', sso_url: 'https://b.example/sso', certificates: [certificate('a')] })
})

const STATES: readonly (readonly [Known['problem'], FetchedIdp, string, string | undefined])[] = [
  ['', failed('unreachable'), 'unreachable', 'unreachable'],
  ['', failed('invalid'), 'invalid', 'invalid'],
  ['', found(['b'], 'other'), 'entity_id_changed', 'entity_id_changed'],
  ['unreachable', failed('unreachable'), 'unreachable', undefined],
  ['unreachable', failed('invalid'), 'invalid', 'invalid'],
  ['invalid', failed('invalid'), 'invalid', undefined],
  ['entity_id_changed', found(['b'], 'other'), 'entity_id_changed', undefined],
  ['unreachable', found(['b'], 'other'), 'entity_id_changed', 'entity_id_changed'],
  ['unreachable', found(['a']), '', 'recovered'],
  ['entity_id_changed', found(['a']), '', 'recovered'],
]
for (const [before, outcome, after, news] of STATES) {
  test(`from ${before || 'fine'} to ${after || 'fine'}: ${news ?? 'no news'}`, () => {
    const standing = known([certificate('a', { gone_since: 1 })], before)
    const decided = decideRefresh(standing, outcome, NOW)
    assert.deepEqual([decided.problem, decided.news], [after, news])
    if (after !== '') assert.deepEqual(decided.idp, standing.idp)
  })
}

const name: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd')
const certificates = fc.uniqueArray(
  fc.record({
    name,
    source: fc.constantFrom('operator' as const, 'metadata' as const),
    gone: fc.option(fc.integer({ min: 0, max: 48 }), { nil: undefined }),
  }),
  { selector: ({ name }) => name },
)
test('whatever metadata says, typed certificates stay, those named are there, none is there twice, and none leaves before its day is over', () => {
  fc.assert(
    fc.property(certificates, fc.uniqueArray(name, { minLength: 1 }), (some, names) => {
      const before = some.map(({ name, source, gone }) =>
        certificate(name, {
          source,
          ...(gone !== undefined && source === 'metadata' && { gone_since: NOW - gone * HOUR_MS }),
        }),
      )
      const { certificates: after } = decideRefresh(known(before), found(names), NOW).idp
      const left = after.map(({ fingerprint }) => fingerprint)
      assert.equal(new Set(left).size, left.length)
      for (const one of names) assert.ok(left.includes(one))
      for (const { fingerprint, source, gone_since = NOW } of before)
        assert.equal(
          left.includes(fingerprint),
          names.includes(fingerprint) || source === 'operator' || NOW - gone_since < DAY_MS,
        )
    }),
  )
})
