import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkTraps, email, mapWith, phone, recordOf } from '../example.fixture.ts'
import { aspnetIdentity } from './aspnet-identity.ts'
import { devise } from './devise.ts'
import { django } from './django.ts'
import { laravel } from './laravel.ts'
import { ldap } from './ldap.ts'
import { spring } from './spring.ts'
import { wordpress } from './wordpress.ts'

const BCRYPT = '$2b$04$tzF4Q1bmZWiMfG3Ye4I1eeT7S3RhOnMUcAwWk33voQGqBdYYV4s3a'
const SSHA = '{SSHA}UPkMs6+t7YB0iU038yIsCC3JBJoBAgMEBQYHCA=='

checkTraps(wordpress, [
  {
    what: 'an empty address is none',
    raw: { ID: 1, user_login: 'lea', user_email: '' },
    notes: ['username user_login', 'username_only user_login'],
  },
  {
    what: 'roles are in PHP’s own form, those of another site of the network with its number: it may be the user’s own',
    raw: {
      ID: 1,
      meta: [
        { meta_key: 'wp_capabilities', meta_value: 'a:2:{s:10:"subscriber";b:1;s:6:"editor";b:0;}' },
        { meta_key: 'wp_2_capabilities', meta_value: 'a:1:{s:13:"administrator";b:1;}' },
        { meta_key: 'my-capabilities', meta_value: 'a:1:{s:13:"administrator";b:1;}' },
      ],
    },
    record: { groups: ['subscriber', '2:administrator'] },
  },
  {
    what: 'the number of a shop has no country of its own',
    raw: { ID: 1, meta: { billing_phone: '030 123456' } },
    options: { defaultCountry: 'DE' },
    record: { identifiers: [phone('+4930123456', false)] },
    notes: ['phone_country_guessed meta.billing_phone'],
  },
  {
    what: 'without a default country such a number stays behind',
    raw: { ID: 1, meta: { billing_phone: '030 123456' } },
    record: { identifiers: [], leftovers: [{ kind: 'phone_number_unusable', value: '030 123456' }] },
  },
  { what: 'spam is blocked', raw: { ID: 1, spam: '1' }, record: { status: 'blocked' } },
  { what: 'deleted on the network', raw: { ID: 1, deleted: 1 }, skipped: 'deleted' },
  {
    what: 'a zero date is none, any other has no zone',
    raw: { ID: 1, user_registered: '0000-00-00 00:00:00' },
    notes: [],
  },
  {
    what: 'secrets of second factors stay behind',
    raw: { ID: 1, meta: { _two_factor_totp_key: 'S' } },
    notes: ['second_factor meta._two_factor_totp_key'],
  },
])

checkTraps(django, [
  {
    what: 'unusable is no password',
    raw: { pk: 1, fields: { password: '!abcdefghij' } },
    record: { status: 'active' },
    notes: [],
  },
  {
    what: 'without allauth nothing is proven',
    raw: { pk: 1, fields: { email: 'a@lumen.example' } },
    record: { identifiers: [email('a@lumen.example', false)] },
  },
  {
    what: 'allauth proves each address on its own',
    raw: {
      pk: 1,
      fields: { email: 'a@lumen.example' },
      emails: [
        { fields: { email: 'A@lumen.example', verified: false } },
        { fields: { email: 'b@lumen.example', verified: true } },
      ],
    },
    record: { identifiers: [email('a@lumen.example', false), email('b@lumen.example', true)] },
  },
  {
    what: 'groups are named in rows of their own; staff and superusers are groups',
    raw: {
      pk: 1,
      fields: { groups: [3], is_staff: true, is_superuser: true },
      group_rows: [{ model: 'auth.group', pk: 3, fields: { name: 'editors' } }],
    },
    record: { groups: ['editors', 'staff', 'superuser'] },
    notes: [],
  },
  {
    what: 'a group without its row stays behind',
    raw: { pk: 1, fields: { groups: [3] } },
    notes: ['group_membership groups'],
  },
  {
    what: 'a row of SQL has its columns beside the key',
    raw: {
      id: '1',
      username: 'max',
      email: '',
      is_active: 'f',
      social_accounts: [
        { provider: 'google', uid: '5' },
        { provider: 'line', uid: '6' },
      ],
    },
    record: { external_id: '1', status: 'blocked', federated_identities: [{ provider: 'google', subject: '5' }] },
  },
  {
    what: 'secrets stay behind by their kind',
    raw: {
      pk: 1,
      fields: {},
      factors: [
        { model: 'otp_totp.totpdevice', fields: {} },
        { model: 'mfa.authenticator', fields: { type: 'webauthn' } },
        { model: 'otp_static.staticdevice', fields: {} },
      ],
    },
    notes: ['totp factors.0', 'passkey factors.1', 'recovery_codes factors.2'],
  },
])

test('rows of a Django dump belong to a user by key or by natural key, and a name of digits is no key', () => {
  const emails = django.joins?.find(({ role }) => role === 'emails')
  assert.ok(emails)
  const meets = (user: object, of: unknown) => {
    const keys = emails.userKeys({ model: 'auth.user', ...user })
    return emails.rowKeys({ model: 'account.emailaddress', fields: { user: of } }).some((key) => keys.includes(key))
  }
  assert.equal(meets({ pk: 17, fields: { username: 'max' } }, 17), true)
  assert.equal(meets({ pk: 17, fields: { username: 'max' } }, ['max']), true)
  assert.equal(meets({ pk: 18, fields: { username: '17' } }, 17), false)
  assert.deepEqual(emails.rowKeys({ model: 'auth.group', pk: 1, fields: { user: 17 } }), [])
  assert.equal(django.users.isUser?.({ model: 'shop.customer', fields: { password: '!' } }), true)
  assert.equal(django.users.isUser?.({ model: 'auth.group', fields: { name: 'x' } }), false)
})

checkTraps(laravel, [
  { what: 'soft-deleted rows stay there', raw: { id: 1, deleted_at: '2024-01-01 00:00:00' }, skipped: 'deleted' },
  {
    what: 'null is no password',
    raw: { id: 1, password: null, email: 'a@lumen.example', email_verified_at: null },
    record: { identifiers: [email('a@lumen.example', false)] },
    notes: [],
  },
  {
    what: 'accounts stand in columns or in a table',
    raw: {
      id: 1,
      github_id: 5,
      twitter_id: '9',
      provider: 'facebook',
      provider_id: 'f',
      social_accounts: [{ provider: 'line', provider_user_id: 'l' }],
    },
    record: {
      federated_identities: [
        { provider: 'github', subject: '5' },
        { provider: 'facebook', subject: 'f' },
      ],
    },
    notes: ['provider_unknown social_accounts.0'],
  },
  {
    what: 'what is encrypted with the application’s key stays behind',
    raw: { id: 1, two_factor_secret: 'eyJ', two_factor_recovery_codes: 'eyJ' },
    notes: ['totp_encrypted two_factor_secret', 'recovery_codes two_factor_recovery_codes'],
  },
  {
    what: 'banned is blocked; roles by name',
    raw: { id: 1, banned_at: '2024-01-01 00:00:00', roles: [{ model_id: 1, name: 'admin' }] },
    record: { status: 'blocked', groups: ['admin'] },
  },
])

test('roles of a Laravel model that is no user belong to no user', () => {
  const roles = laravel.joins?.find(({ role }) => role === 'roles')
  assert.deepEqual(roles?.rowKeys({ model_type: 'App\\Models\\User', model_id: 5 }), ['5'])
  assert.deepEqual(roles?.rowKeys({ model_type: 'user', model_id: '5' }), ['5'])
  assert.deepEqual(roles?.rowKeys({ model_type: 'App\\Models\\Team', model_id: 5 }), [])
})

checkTraps(aspnetIdentity, [
  {
    what: 'failed attempts lock for minutes',
    raw: { Id: 'a', LockoutEnd: '2026-11-01T00:05:00+00:00' },
    record: { status: 'active' },
    notes: ['lock_ends LockoutEnd'],
  },
  {
    what: 'where lockout is off, its end means nothing',
    raw: { Id: 'a', LockoutEnd: '9999-12-31T23:59:59+00:00', LockoutEnabled: '0' },
    record: { status: 'active' },
    notes: [],
  },
  {
    what: 'a lock that has ended',
    raw: { Id: 'a', LockoutEnd: '2020-01-01 00:00:00.0000000 +00:00' },
    record: { status: 'active' },
    notes: [],
  },
  {
    what: 'tables beside it: logins, roles, claims, tokens',
    raw: {
      Id: 'a',
      Email: 'i@lumen.example',
      EmailConfirmed: 'True',
      UserName: 'ida',
      logins: [
        { LoginProvider: 'Google', ProviderKey: '5' },
        { LoginProvider: 'Twitter', ProviderKey: '6' },
      ],
      roles: [{ Name: 'Admin' }],
      claims: [{ ClaimType: 't' }],
      tokens: [
        { Name: 'AuthenticatorKey', Value: 'S' },
        { Name: 'RecoveryCodes', Value: 'a;b' },
      ],
    },
    record: {
      identifiers: [email('i@lumen.example', true)],
      groups: ['Admin'],
      federated_identities: [{ provider: 'google', subject: '5' }],
    },
    notes: [
      'provider_unknown logins.1',
      'claim claims',
      'totp tokens.0',
      'recovery_codes tokens.1',
      'username UserName',
    ],
  },
  {
    what: 'a second factor without its secret is named',
    raw: { Id: 'a', TwoFactorEnabled: true },
    notes: ['second_factor TwoFactorEnabled'],
  },
])

checkTraps(devise, [
  {
    what: 'a pepper by its name',
    raw: { id: 1, encrypted_password: BCRYPT },
    options: { pepper: 'devise' },
    record: { password_hash: `bcrypt+pepper:devise:${BCRYPT}` },
  },
  {
    what: 'an empty password is none',
    raw: { id: 1, encrypted_password: '' },
    options: { pepper: 'devise' },
    notes: [],
  },
  {
    what: 'Rails 8’s own generator',
    raw: { id: 1, email_address: 'a@lumen.example', password_digest: BCRYPT },
    record: { identifiers: [email('a@lumen.example', false)], password_hash: BCRYPT },
  },
  {
    what: 'an address that waits for its proof is a second one',
    raw: {
      id: 1,
      email: 'a@lumen.example',
      confirmed_at: '2024-01-15T10:30:00Z',
      unconfirmed_email: 'b@lumen.example',
    },
    record: {
      identifiers: [
        { ...email('a@lumen.example', true), verified_at: '2024-01-15T10:30:00Z' },
        email('b@lumen.example', false),
      ],
    },
  },
  {
    what: 'a lock by failed attempts ends',
    raw: { id: 1, locked_at: '2024-01-15T10:30:00Z', failed_attempts: 20 },
    record: { status: 'active' },
    notes: ['lock_ends locked_at'],
  },
  {
    what: 'a lock without any is a block',
    raw: { id: 1, locked_at: '2024-01-15T10:30:00Z', failed_attempts: '0' },
    record: { status: 'blocked' },
  },
  {
    what: 'PostgreSQL has lists of its own form',
    raw: { id: 1, roles: '{admin,"shop keeper"}' },
    record: { groups: ['admin', 'shop keeper'] },
  },
  { what: 'a list without items', raw: { id: 1, roles: '{}', role: '[]' }, record: { groups: [] } },
  { what: 'soft-deleted rows stay there', raw: { id: 1, discarded_at: '2024-01-15T10:30:00Z' }, skipped: 'deleted' },
  {
    what: 'accounts in a table; secrets stay behind',
    raw: {
      id: 1,
      identities: [
        { provider: 'google_oauth2', uid: '5' },
        { provider: 'saml', uid: '6' },
      ],
      otp_secret: 'S',
      otp_backup_codes: ['a'],
    },
    record: { federated_identities: [{ provider: 'google', subject: '5' }] },
    notes: ['provider_unknown identities.1', 'totp_encrypted otp_secret', 'recovery_codes otp_backup_codes'],
  },
])

checkTraps(spring, [
  {
    what: 'authorities by rows; a name that is no address',
    raw: { username: 'gus', authorities: [{ username: 'gus', authority: 'ROLE_ADMIN' }, { authority: 'orders:read' }] },
    record: { external_id: 'gus', groups: ['ADMIN', 'orders:read'], identifiers: [] },
    notes: ['username username', 'username_only username'],
  },
  { what: 'disabled is blocked', raw: { username: 'gus', enabled: '0' }, record: { status: 'blocked' } },
  {
    what: 'a locked account is blocked',
    raw: { username: 'gus', account_non_locked: false },
    record: { status: 'blocked' },
  },
])

test('a password of Spring in clear text goes no further', () => {
  const mapped = mapWith(spring, { username: 'gus@lumen.example', password: '{noop}in-clear-text' })
  assert.equal(JSON.stringify(mapped).includes('in-clear-text'), false)
  assert.deepEqual(mapped.notes, [{ kind: 'password_in_clear', field: 'password' }])
})

checkTraps(ldap, [
  {
    what: 'units and groups are nobody',
    raw: { dn: 'ou=people', objectClass: ['organizationalUnit'] },
    skipped: 'not_a_person',
  },
  {
    what: 'attributes in any case and with options, several addresses, none of them proven',
    raw: { dn: 'x', EntryUUID: ['e'], Mail: ['a@lumen.example', 'b@lumen.example'], 'cn;lang-en': ['Amy'] },
    record: {
      external_id: 'e',
      identifiers: [email('a@lumen.example', false), email('b@lumen.example', false)],
      profile: { name: 'Amy' },
    },
  },
  {
    what: 'of several passwords the strongest counts',
    raw: { entryUUID: ['e'], userPassword: [SSHA, `{CRYPT}${BCRYPT}`, '{SASL}amy'] },
    record: {
      password_hash: BCRYPT,
      leftovers: [
        { kind: 'password_besides', value: SSHA },
        { kind: 'password_unreadable', value: '{SASL}amy' },
      ],
    },
  },
  {
    what: 'locked for good',
    raw: { entryUUID: ['e'], pwdAccountLockedTime: ['000001010000Z'] },
    record: { status: 'blocked' },
  },
  {
    what: 'locked by failed attempts',
    raw: { entryUUID: ['e'], pwdAccountLockedTime: ['20240101000000Z'] },
    record: { status: 'active' },
    notes: ['lock_ends pwdAccountLockedTime'],
  },
  { what: 'locked in 389 DS', raw: { entryUUID: ['e'], nsAccountLock: ['TRUE'] }, record: { status: 'blocked' } },
  { what: 'expired in the shadow file', raw: { entryUUID: ['e'], shadowExpire: ['1'] }, record: { status: 'blocked' } },
  {
    what: 'no expiry in the shadow file',
    raw: { entryUUID: ['e'], shadowExpire: ['-1'] },
    record: { status: 'active' },
  },
  {
    what: 'disabled in Active Directory',
    raw: { sAMAccountName: ['amy'], userAccountControl: ['514'] },
    record: { status: 'blocked', external_id: 'amy' },
  },
  {
    what: 'a shell of nologin is worth a look',
    raw: { entryUUID: ['e'], loginShell: ['/usr/sbin/nologin'] },
    record: { status: 'active' },
    notes: ['login_shell_nologin loginShell'],
  },
  {
    what: 'a comma in the name of a group',
    raw: { entryUUID: ['e'], memberOf: ['cn=Sales\\, EU,ou=groups', 'nonsense'] },
    record: { groups: ['Sales, EU'] },
    notes: ['group_unusable memberOf'],
  },
  {
    what: 'what is no text is no identifier',
    raw: { entryUUID: ['e'], mail: [{ base64: '/w==' }] },
    record: { identifiers: [] },
  },
])

test('an external id comes from every source that has one, as it is written', () => {
  assert.equal(recordOf(mapWith(laravel, { id: 5 })).external_id, '5')
  assert.equal(recordOf(mapWith(laravel, { id: '005' })).external_id, '005')
  assert.deepEqual(mapWith(laravel, { name: 'nobody' }).notes, [{ kind: 'external_id_missing' }])
})
