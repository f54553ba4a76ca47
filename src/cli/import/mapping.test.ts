import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { readImportedHash } from '../../crypto/password-hash.ts'
import { mapWith, recordOf } from './example.fixture.ts'
import { EXAMPLES } from './examples.fixture.ts'
import type { Mapped, Raw, Source } from './source.ts'
import { SOURCES } from './sources.ts'

/** Members that sources look for beyond those of the examples, so that arbitrary values get to every branch. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  auth0: ['phone_number', 'phone_verified', 'multifactor', 'custom_password_hash', 'user_metadata.x', 'last_login'],
  clerk: [
    'email_addresses',
    'phone_numbers',
    'passkeys',
    'private_metadata',
    'unsafe_metadata',
    'locked',
    'external_id',
  ],
  firebase: ['customAttributes', 'mfaInfo', 'google.com', 'lastSignedInAt'],
  supabase: ['factors', 'passkeys', 'raw_app_meta_data', 'is_sso_user', 'email_change', 'deleted_at'],
  cognito: ['UserAttributes', 'groups', 'UserMFASettingList', 'UserLastModifiedDate'],
  keycloak: ['attributes', 'clientRoles', 'requiredActions', 'federationLink'],
  okta: ['groups', 'factors', 'lastLogin'],
  'better-auth': ['passkeys', 'factors', 'role', 'banExpires', 'phoneNumber', 'password', 'username'],
  supertokens: ['loginMethods', 'thirdparty', 'passwordless', 'verified_emails', 'metadata', 'totp', 'mappings'],
  kratos: ['recovery_addresses', 'metadata_public', 'metadata_admin', 'external_id'],
  fusionauth: ['identities', 'links', 'data', 'twoFactor', 'memberships', 'mobilePhone', 'username'],
  stytch: ['trusted_metadata', 'untrusted_metadata', 'totps', 'roles', 'name'],
  descope: ['userTenants', 'OAuth', 'customAttributes', 'externalIds', 'phone', 'TOTP', 'test'],
  wordpress: ['spam', 'deleted'],
  django: ['social_accounts', 'factors', 'group_rows'],
  laravel: ['roles', 'social_accounts', 'provider', 'two_factor_secret', 'phone', 'banned_at'],
  'aspnet-identity': ['logins', 'claims', 'tokens', 'UserName', 'LockoutEnabled'],
  devise: ['identities', 'failed_attempts', 'otp_secret', 'unconfirmed_email', 'role', 'username'],
  spring: ['id', 'email', 'phone', 'account_locked'],
  ldap: ['mobile', 'objectClass', 'shadowExpire', 'userAccountControl', 'loginShell', 'pwdAccountLockedTime'],
}

const rawOf = (source: Source): Raw => EXAMPLES.find((example) => example.source === source.name)?.raw ?? {}

/** The example with one value in it replaced, anywhere. */
function replaceAt(value: unknown, place: number, put: unknown): unknown {
  let left = place
  const walk = (one: unknown): unknown => {
    if (left-- === 0) return put
    if (Array.isArray(one)) return one.map(walk)
    if (typeof one !== 'object' || one === null) return one
    return Object.fromEntries(Object.entries(one).map(([name, member]) => [name, walk(member)]))
  }
  return walk(value)
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('{', '[1', '{"a":{}}', '\ud800', '__proto__', 'a@b', '+1', '1e400', ' ', '\u0000'),
  fc.constantFrom<unknown[]>([null], [[]], [{ a: null }], [{ verified: {}, email: [] }], { '': { value: [] } }),
)

const rawFor = (source: Source): fc.Arbitrary<Raw> => {
  const example = rawOf(source)
  const names = [...Object.keys(example), ...(MEMBERS[source.name] ?? [])]
  const altered = fc.tuple(fc.integer({ min: 1, max: 60 }), odd).map(([place, put]) => replaceAt(example, place, put))
  const members = fc.dictionary(fc.constantFrom(...names), odd).map((put) => ({ ...example, ...put }))
  return fc.oneof(altered, members, fc.dictionary(fc.constantFrom(...names), odd)) as fc.Arbitrary<Raw>
}

function checkShape(mapped: Mapped): void {
  assert.ok(mapped.notes.every(({ kind, field }) => /^[a-z_]+$/.test(kind) && field !== ''))
  if (mapped.kind === 'skipped') return
  const { record } = mapped
  const { leftovers, ...rest } = record
  assert.deepEqual(JSON.parse(JSON.stringify(rest)), rest)
  for (const { kind, value } of leftovers ?? []) assert.ok(kind !== '' && JSON.stringify(value) !== undefined)
  assert.equal(typeof record.external_id, 'string')
  assert.ok(record.groups.every((group) => typeof group === 'string'))
  for (const name of ['created_at', 'updated_at', 'last_seen_at'] as const) {
    const time = record[name]
    if (time !== undefined) assert.ok(Number.isFinite(Date.parse(time)), time)
  }
  if (record.password_hash !== undefined) assert.equal(readImportedHash(record.password_hash).kind, 'accepted')
}

for (const source of SOURCES) {
  test(`whatever ${source.name} exports, it is mapped or skipped, and named in notes; never thrown over`, () => {
    fc.assert(
      fc.property(rawFor(source), (raw) => checkShape(mapWith(source, raw, { defaultCountry: 'DE' }))),
      { numRuns: 150 },
    )
  })

  test(`rows of ${source.name} have keys or none, whatever they hold`, () => {
    fc.assert(
      fc.property(rawFor(source), (raw) => {
        source.users.isUser?.(raw)
        for (const { rowKeys, userKeys } of source.joins ?? []) {
          for (const key of [...rowKeys(raw), ...userKeys(raw)]) assert.equal(typeof key, 'string')
        }
      }),
      { numRuns: 50 },
    )
  })
}

test('an identifier is in the one form that is stored', async () => {
  const text = fc.oneof(
    fc.emailAddress(),
    fc.stringMatching(/^\+?[0-9 ()/-]{6,16}$/),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
  )
  await fc.assert(
    fc.asyncProperty(text, text, fc.constantFrom(...SOURCES), async (address, number, source) => {
      const put = { email: address, user_email: address, Email: address, mail: [address] }
      const raw = {
        ...rawOf(source),
        ...put,
        phone: number,
        phone_number: number,
        phoneNumber: number,
        mobile: [number],
      }
      const mapped = mapWith(source, raw, { defaultCountry: 'FR' })
      if (mapped.kind === 'skipped') return
      for (const { type, value } of mapped.record.identifiers) {
        assert.deepEqual(await normaliseIdentifier({ type, value }), { type, value })
      }
    }),
    { numRuns: 300 },
  )
})

/** What says of an address that it is proven, by its path in the example. */
const PROOFS: Readonly<Record<string, readonly (readonly (string | number)[])[]>> = {
  auth0: [['email_verified']],
  clerk: [['hashes', 0, 'verified_email_addresses']],
  firebase: [['emailVerified'], ['phoneNumber']],
  supabase: [['email_confirmed_at'], ['phone_confirmed_at']],
  cognito: [['Attributes', 2, 'Value']],
  keycloak: [['emailVerified']],
  'better-auth': [['emailVerified']],
  supertokens: [['verified']],
  kratos: [['verifiable_addresses', 0, 'verified']],
  fusionauth: [['verified']],
  stytch: [['emails', 0, 'verified']],
  descope: [['verifiedEmail']],
  django: [['emails', 0, 'fields', 'verified']],
  laravel: [['email_verified_at']],
  'aspnet-identity': [['EmailConfirmed'], ['PhoneNumberConfirmed']],
  devise: [['confirmed_at']],
}

function putAt(value: unknown, [step, ...rest]: readonly (string | number)[], put: unknown): unknown {
  if (step === undefined) return put
  if (Array.isArray(value)) return value.map((item, i) => (i === step ? putAt(item, rest, put) : item))
  const members = { ...(value as Record<string, unknown>) }
  return { ...members, [step]: putAt(members[step], rest, put) }
}

const NO: readonly unknown[] = [
  false,
  null,
  0,
  '0',
  'f',
  'false',
  'no',
  '',
  ' ',
  [],
  {},
  [true],
  '0000-00-00 00:00:00',
  'soon',
]

test('no address is proven of which the source does not say so', () => {
  for (const source of SOURCES) {
    for (const no of NO) {
      const raw = (PROOFS[source.name] ?? []).reduce<unknown>((one, path) => putAt(one, path, no), rawOf(source))
      const mapped = mapWith(source, raw as Raw, { defaultCountry: 'DE' })
      const proven = recordOf(mapped).identifiers.filter(({ verified }) => verified)
      assert.deepEqual(proven, [], `${source.name} ${JSON.stringify(no)}`)
    }
  }
})

test('what a note says is no value: it is in no part of what was exported', () => {
  for (const source of SOURCES) {
    const secret = 'S3cret-Value'
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (place) => {
        const mapped = mapWith(source, replaceAt(rawOf(source), place, secret) as Raw)
        assert.equal(JSON.stringify(mapped.notes).includes(secret), false)
      }),
      { numRuns: 40 },
    )
  }
})
