import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FetchedIdp } from './idp-source.ts'
import { judgeCompany, judgeSamlKey } from './judge-company.ts'
import type { Surveyed } from './view.ts'
import type { Warning } from './warnings.ts'

const DAY_MS = 86_400_000
const METADATA_URL = 'https://auth.shop.example/v1/session/login/saml/okta/samlc_1/metadata'

function judge(codes: readonly Warning['code'][], fetched?: FetchedIdp, enabled = true) {
  const known = {
    row: { id: 'samlc_1' },
    connection: { config: { enabled }, idp: { entity_id: 'acme' }, sp: { metadataUrl: METADATA_URL } },
    warnings: codes.map((code) => ({ code, message: code })),
  }
  return judgeCompany({ id: 'shop' }, known as unknown as Surveyed, fetched)
}
const levels = (...args: Parameters<typeof judge>) => judge(...args).map(({ level }) => level)
const idp = (entityId: string) => ({ kind: 'idp', idp: { entityId } }) as unknown as FetchedIdp

test('a connection in good health is told with its metadata', () => {
  const [first, ...more] = judge([])
  assert.deepEqual([first?.level, first?.topic], ['ok', 'application shop, login by samlc_1'])
  assert.ok(first?.what.endsWith(METADATA_URL))
  assert.deepEqual(more, [])
})

const TABLE: readonly (readonly [Warning['code'], string[]])[] = [
  ['enforce_login_inert', ['hint']],
  ['domain_named_twice', ['fault']],
  ['default_redirect_uri_not_listed', ['fault']],
  ['sha1_allowed', ['hint']],
  ['certificate_expired', ['hint']],
  ['certificate_expires_soon', ['hint']],
  ['signing_certificate_expires_soon', []],
  ['metadata_not_taken', []],
]
for (const [code, expected] of TABLE) {
  test(`${code}: ${expected.join() || 'nothing'}`, () => assert.deepEqual(levels([code]), ['ok', ...expected]))
}

test('metadata is looked at now, whatever was wrong with it before', () => {
  assert.deepEqual(levels(['metadata_not_taken'], idp('acme')), ['ok', 'ok'])
  assert.deepEqual(levels([], idp('other')), ['ok', 'fault'])
  const [, told] = judge([], { kind: 'problem', problem: 'unreachable', reason: 'cannot be reached' })
  assert.deepEqual([told?.level, told?.what], ['hint', 'its metadata cannot be reached'])
})

test('one that is switched off is not looked at further', () => {
  assert.deepEqual(levels(['domain_named_twice'], idp('other'), false), ['hint'])
})

for (const [days, expected] of [
  [31, []],
  [30, ['hint']],
  [-1, ['hint']],
] as const) {
  test(`our certificate ends in ${days} days: ${expected.join() || 'nothing'}`, () => {
    const findings = judgeSamlKey({ id: 'shop' }, days * DAY_MS, 0)
    assert.deepEqual(
      findings.map(({ level }) => level),
      expected,
    )
    for (const { mend } of findings) assert.match(mend ?? '', /antiphon saml announce-key --app shop/)
  })
}
