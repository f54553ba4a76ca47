import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SamlConfig } from '../../core/saml-connections/connection.ts'
import { EMAIL_FORMAT } from '../../crypto/saml/rules.ts'
import { personOf } from './person.ts'

const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

function person(
  attributes: Readonly<Record<string, string[]>>,
  mapping: Partial<SamlConfig['mapping']> = {},
  nameId: { value: string; format?: string } = { value: 'u-1', format: PERSISTENT },
) {
  const config: SamlConfig = {
    name: 'Acme',
    enabled: true,
    behavior: {
      jit_provisioning: false,
      allow_email_account_merge: false,
      email_domain_allowlist: ['acme.example'],
      enforce_login: false,
      allow_sha1: false,
      allowed_groups: [],
    },
    mapping: { custom: {}, ...mapping },
  }
  const named = { format: undefined, nameQualifier: undefined, spNameQualifier: undefined, ...nameId }
  return personOf({ config }, { nameId: named, attributes: new Map(Object.entries(attributes)) })
}

const ADDRESS = { value: 'Ada@ACME.example', format: EMAIL_FORMAT }
const EMAILS: readonly (readonly [string, Parameters<typeof person>, string | undefined, boolean])[] = [
  ['a usual attribute', [{ mail: ['Ada@Acme.example'] }], 'ada@acme.example', true],
  ['another domain', [{ email: ['ada@acme.example.org'] }], 'ada@acme.example.org', false],
  ['a subdomain', [{ email: ['ada@eu.acme.example'] }], 'ada@eu.acme.example', false],
  [
    'what the mapping names',
    [{ email: ['eve@acme.example'], upn: ['ada@acme.example'] }, { email: 'upn' }],
    'ada@acme.example',
    true,
  ],
  [
    'nothing, where the mapping names what is not there',
    [{ email: ['eve@acme.example'] }, { email: 'upn' }, ADDRESS],
    undefined,
    false,
  ],
  ['a NameID that is one', [{}, {}, ADDRESS], 'ada@acme.example', true],
  ['a NameID that only looks like one', [{}, {}, { value: 'ada@acme.example' }], undefined, false],
  ['what is no address', [{ email: ['ada@acme.example, eve@acme.example'] }], undefined, false],
  ['an empty value before one', [{ email: ['', 'ada@acme.example'] }], 'ada@acme.example', true],
]
for (const [name, given, email, isOfCompany] of EMAILS) {
  test(`address: ${name}`, () => {
    const one = person(...given)
    assert.deepEqual([one.email, one.isOfCompany], [email, isOfCompany])
  })
}

test('an address that is written in other letters than it is read is vouched for by nobody, and names somebody else', () => {
  const wide = person(
    { email: ['\uff41da@acme.example'] },
    {},
    { value: '\uff41da@acme.example', format: EMAIL_FORMAT },
  )
  assert.deepEqual([wide.email, wide.isWritten, wide.subject], ['ada@acme.example', false, '\uff41da@acme.example'])
  assert.ok(person({ email: [' Ada@acme.example '] }).isWritten)
})

test('a NameID is compared as an address where it is one, and byte by byte elsewhere', () => {
  assert.equal(person({}, {}, ADDRESS).subject, 'ada@acme.example')
  assert.equal(person({}, {}, { ...ADDRESS, format: PERSISTENT }).subject, ADDRESS.value)
  assert.equal(person({}, {}, { value: 'no address', format: EMAIL_FORMAT }).subject, 'no address')
})

for (const [given, family] of [
  ['firstName', 'lastName'],
  ['first_name', 'last_name'],
  ['given_name', 'family_name'],
  ['urn:oid:2.5.4.42', 'urn:oid:2.5.4.4'],
] as const) {
  test(`names: ${given}, ${family}`, () => {
    const { profile } = person({ [given]: ['Ada'], [family]: ['Lovelace'] })
    assert.deepEqual(profile, { given_name: 'Ada', family_name: 'Lovelace' })
  })
}

test('the profile has what the mapping names, lists where there are several values, and nothing else', () => {
  const attributes = {
    gn: ['Ada'],
    firstName: ['Eve'],
    tel: ['1', '2'],
    title: ['Dr'],
    other: ['x'],
    memberOf: ['a', 'b'],
  }
  const mapping = { given_name: 'gn', groups: 'memberOf', custom: { phones: 'tel', title: 'title', site: 'l' } }
  const { profile, groups } = person(attributes, mapping)
  assert.deepEqual(profile, { given_name: 'Ada', phones: ['1', '2'], title: 'Dr' })
  assert.deepEqual(groups, ['a', 'b'])
  assert.deepEqual(person(attributes).groups, [])
})
