import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FederatedAccount, Json } from '../provider.ts'
import { microsoft } from './microsoft.ts'

const TENANT = '11111111-2222-3333-4444-555555555555'
const OTHER = '99999999-2222-3333-4444-555555555555'
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad'
const issuerFor = (tid: string) => `https://login.microsoftonline.com/${tid}/v2.0`

const issuerOf = (claims: Json, tenant?: string) =>
  microsoft.issuerOf({ tid: TENANT, ver: '2.0', ...claims }, { clientId: 'client-1', tenant })

const accountOf = (claims: Json) =>
  microsoft.accountOf(
    {
      idToken: { sub: 'pairwise', tid: TENANT, oid: OTHER, email: 'ana@example.com', ...claims },
      api: {},
      form: undefined,
    },
    { clientId: 'client-1' },
  ) as FederatedAccount

test('54 the issuer that a token must name is made of its own tenant, whatever issuer it names', () => {
  assert.equal(issuerOf({ iss: issuerFor(OTHER) }), issuerFor(TENANT))
  assert.equal(issuerOf({ tid: CONSUMERS }), issuerFor(CONSUMERS))
})

test('54 a tenant that is no id, or a token of another version, names no issuer', () => {
  for (const tid of [
    undefined,
    '',
    'common',
    '{tenantid}',
    'shop.example',
    TENANT.replace('1', 'A'),
    TENANT.slice(1),
    `${TENANT}\n`,
    `${TENANT}/../${OTHER}`,
    [TENANT],
  ])
    assert.equal(issuerOf({ tid }), undefined, String(tid))
  for (const ver of [undefined, '1.0', 2, '2']) assert.equal(issuerOf({ ver }), undefined, String(ver))
})

for (const [tenant, company, other, consumers] of [
  [undefined, true, true, true],
  ['common', true, true, true],
  ['organizations', true, true, false],
  ['consumers', false, false, true],
  [TENANT, true, false, false],
  [CONSUMERS, false, false, true],
  // The id of a tenant that is named by its domain is not known here.
  ['shop.example', true, true, false],
] as const) {
  const takes = `${company ? 'its' : 'no'} company, ${other ? 'every' : 'no'} other and ${consumers ? '' : 'not '}people without one`
  test(`55 the tenant ${tenant ?? 'that nobody configured'} takes tokens of ${takes}`, () => {
    const taken = [TENANT, OTHER, CONSUMERS].map((tid) => issuerOf({ tid }, tenant) !== undefined)
    assert.deepEqual(taken, [company, other, consumers])
  })
}

for (const [claims, isVerified] of [
  [{}, false],
  [{ xms_edov: true }, true],
  [{ xms_edov: 'true' }, true],
  [{ xms_edov: 1 }, true],
  [{ xms_edov: '1' }, true],
  [{ xms_edov: false }, false],
  [{ xms_edov: 0 }, false],
  [{ xms_edov: 'TRUE' }, false],
  [{ xms_edov: 2 }, false],
  [{ xms_edov: [true] }, false],
  [{ email_verified: true }, false],
  [{ email_verified: 'true' }, false],
  [{ email_verified: true, xms_edov: true }, true],
  [{ email_verified: false, xms_edov: true }, false],
  [{ email_verified: 'false', xms_edov: true }, false],
  [{ email_verified: 0, xms_edov: true }, false],
  [{ email_verified: null, xms_edov: true }, false],
] as const) {
  test(`66 an address of Microsoft with ${JSON.stringify(claims)} ${isVerified ? 'is' : 'is not'} verified`, () => {
    assert.deepEqual(accountOf(claims).email, { value: 'ana@example.com', isVerified })
  })
}

test('66 no other claim stands for the address, and userinfo is not asked', () => {
  const names = {
    preferred_username: 'victim@example.com',
    upn: 'victim@example.com',
    unique_name: 'victim@example.com',
  }
  assert.equal(accountOf({ email: undefined, xms_edov: true, ...names }).email, undefined)
  const server = {
    issuer: 'i',
    authorization_endpoint: 'a',
    token_endpoint: 't',
    userinfo_endpoint: 'https://u.example',
  }
  assert.deepEqual(microsoft.calls({ sub: 'pairwise' }, server, { clientId: 'client-1' }), {})
})

test('the second name of a person is made of tenant and object, or is not there', () => {
  assert.equal(accountOf({}).altSubject, `${TENANT}/${OTHER}`)
  assert.equal(accountOf({}).subject, 'pairwise')
  for (const oid of [undefined, '', 7, 'x'.repeat(256), 'a\u0000'])
    assert.equal(accountOf({ oid }).altSubject, undefined)
})
