import { checkTraps, email, phone } from '../example.fixture.ts'
import { auth0 } from './auth0.ts'
import { clerk } from './clerk.ts'
import { cognito } from './cognito.ts'
import { descope } from './descope.ts'
import { firebase } from './firebase.ts'
import { okta } from './okta.ts'
import { stytch } from './stytch.ts'

const BCRYPT = '$2b$04$tzF4Q1bmZWiMfG3Ye4I1eeT7S3RhOnMUcAwWk33voQGqBdYYV4s3a'
const OTHER_BCRYPT = '$2b$04$WMgQgEjpk3qHaD9WuGo/IeT3mbxmhXoGIg0v8ll7PnyYYiInE2xim'

checkTraps(auth0, [
  {
    what: 'without `blocked` nobody is blocked, without `email_verified` nothing is proven',
    raw: { user_id: 'auth0|1', email: 'Ada@Lumen.example' },
    record: { status: 'active', identifiers: [email('ada@lumen.example', false)] },
    notes: [],
  },
  {
    what: 'two databases, two hashes: the one of the user’s own id counts',
    raw: {
      user_id: 'auth0|b',
      identities: [
        { provider: 'auth0', user_id: 'a' },
        { provider: 'auth0', user_id: 'b' },
      ],
      hashes: [
        { _id: { $oid: 'a' }, passwordHash: OTHER_BCRYPT },
        { _ID: 'auth0|b', passwordHash: BCRYPT },
      ],
    },
    record: { password_hash: BCRYPT, leftovers: [{ kind: 'password_besides', value: OTHER_BCRYPT }] },
  },
  {
    what: 'the application’s metadata goes into no profile; groups of its extension count',
    raw: {
      user_id: 'auth0|1',
      app_metadata: { plan: 'gold', authorization: { groups: ['eu'], roles: ['admin'], permissions: ['p'] } },
      user_metadata: { roles: ['owner'] },
    },
    record: {
      profile: { roles: ['owner'] },
      groups: ['eu', 'admin'],
      leftovers: [{ kind: 'private_metadata', value: { plan: 'gold', authorization: { permissions: ['p'] } } }],
    },
  },
  {
    what: 'a provider that logins do not know, and one of an enterprise',
    raw: {
      user_id: 'twitter|9',
      identities: [
        { provider: 'twitter', user_id: '9', connection: 'twitter' },
        { provider: 'okta', user_id: 'acme|00u1', connection: 'acme' },
        { provider: 'email', user_id: 'x' },
        { provider: 'windowslive', user_id: '4cf0' },
      ],
    },
    record: { federated_identities: [{ provider: 'okta', subject: '00u1' }] },
    notes: ['provider_unknown identities.0', 'provider_unknown identities.3'],
  },
  {
    what: 'a linked account brings an address of its own',
    raw: {
      user_id: 'auth0|1',
      email: 'a@lumen.example',
      email_verified: false,
      identities: [
        { provider: 'google-oauth2', user_id: '7', profileData: { email: 'b@lumen.example', email_verified: true } },
      ],
    },
    record: { identifiers: [email('a@lumen.example', false), email('b@lumen.example', true)] },
  },
  {
    what: 'CSV has metadata leaf by leaf; second factors are named',
    raw: { user_id: 'auth0|1', 'user_metadata.plan': 'pro', 'app_metadata.tier': '2', multifactor: ['guardian'] },
    record: { profile: { plan: 'pro' } },
    notes: ['private_metadata app_metadata', 'second_factor multifactor'],
  },
])

checkTraps(clerk, [
  {
    what: 'an account that was never shown is nobody’s',
    raw: {
      id: 'user_1',
      external_accounts: [
        { provider: 'oauth_google', provider_user_id: '1', verification: { status: 'unverified' } },
        { provider: 'oauth_google', provider_user_id: '2', verification: { status: 'verified' } },
      ],
    },
    record: {
      federated_identities: [{ provider: 'google', subject: '2' }],
      leftovers: [{ kind: 'provider_unverified', value: { provider: 'oauth_google', subject: '1' } }],
    },
    notes: ['provider_unverified external_accounts.0'],
  },
  {
    what: 'the primary address may stand among the unverified ones only',
    raw: {
      id: 'u',
      primary_email_address: 'a@lumen.example',
      unverified_email_addresses: 'a@lumen.example|b@lumen.example',
    },
    record: { identifiers: [email('a@lumen.example', false), email('b@lumen.example', false)] },
  },
  {
    what: 'the older id becomes ours by option, and the other stays behind',
    raw: { id: 'user_1', external_id: 'crm-7' },
    options: { externalIdFrom: 'external_id' },
    record: { external_id: 'crm-7', leftovers: [{ kind: 'external_id', value: 'user_1' }] },
  },
  {
    what: 'without the option the older id stays behind',
    raw: { id: 'user_1', external_id: 'crm-7' },
    record: { external_id: 'user_1', leftovers: [{ kind: 'external_id', value: 'crm-7' }] },
  },
  {
    what: 'what users write of themselves gives no group and no scope, and loses to what is public',
    raw: {
      id: 'u',
      public_metadata: { tier: 1 },
      unsafe_metadata: { tier: 9, roles: ['admin'] },
      private_metadata: { note: 'x' },
    },
    options: { scopesByGroup: new Map([['admin', ['all']]]) },
    record: { profile: { tier: 1, roles: ['admin'] }, groups: [], scopes: [] },
    notes: ['private_metadata private_metadata'],
  },
  {
    what: 'an address of the API is proven by its status alone',
    raw: {
      id: 'u',
      email_addresses: [
        { email_address: 'a@lumen.example', verification: { status: 'verified' } },
        { email_address: 'b@lumen.example', verification: { status: 'expired' } },
        { email_address: 'c@lumen.example', verification: null },
      ],
      phone_numbers: [{ phone_number: '+12125550107', verification: { status: 'unverified' } }],
    },
    record: {
      identifiers: [
        ...[email('a@lumen.example', true), email('b@lumen.example', false), email('c@lumen.example', false)],
        phone('+12125550107', false),
      ],
    },
  },
  { what: 'banned is blocked', raw: { id: 'u', banned: true }, record: { status: 'blocked' } },
  {
    what: 'a lock that ends is none',
    raw: { id: 'u', locked: true, lockout_expires_in_seconds: 3600 },
    record: { status: 'active' },
    notes: ['lock_ends locked'],
  },
  {
    what: 'a lock without an end is a block',
    raw: { id: 'u', locked: true, lockout_expires_in_seconds: null },
    record: { status: 'blocked' },
  },
  {
    what: 'the pepper stays out of every hash when it has a name',
    raw: { id: 'u', password_hasher: 'bcrypt_peppered', password_digest: `${BCRYPT}$the-pepper` },
    options: { pepper: 'clerk' },
    record: { password_hash: `bcrypt+pepper:clerk:${BCRYPT}` },
  },
  {
    what: 'secrets of second factors, passkeys and enterprise accounts stay behind',
    raw: {
      id: 'u',
      hashes: [{ id: 'u', totp_secret: 'JBSW' }],
      passkeys: [{ id: 'p' }],
      enterprise_accounts: [{ id: 'e' }],
    },
    notes: ['totp totp_secret', 'passkey passkeys', 'provider_unknown enterprise_accounts'],
  },
])

const FIREBASE_ROW = { localId: 'f', email: 'jo@lumen.example', passwordHash: 'AAECAwQFBgcICQoLDA0ODw==', salt: 'BBBB' }
checkTraps(firebase, [
  { what: 'nobody stands behind an anonymous user', raw: { localId: 'f' }, skipped: 'anonymous' },
  {
    what: 'without the project’s parameters a hash stays behind',
    raw: FIREBASE_ROW,
    record: {
      leftovers: [{ kind: 'password_parameters_missing', value: { hash: 'AAECAwQFBgcICQoLDA0ODw==', salt: 'BBBB' } }],
    },
  },
  {
    what: 'a named signer key is in no hash',
    raw: FIREBASE_ROW,
    options: { firebaseHash: { memCost: 14, rounds: 8, saltSeparator: 'Bw==', signerKey: { name: 'firebase' } } },
    record: { password_hash: '$firebase-scrypt$key=firebase$BBBB$AAECAwQFBgcICQoLDA0ODw==' },
  },
  {
    what: 'whoever may not read hashes gets a word instead',
    raw: { ...FIREBASE_ROW, passwordHash: 'UkVEQUNURUQ=' },
    notes: ['password_redacted passwordHash'],
  },
  {
    what: 'claims are text; what is true of somebody is a group',
    raw: { ...FIREBASE_ROW, passwordHash: '', customAttributes: '{"admin":true,"role":"editor","level":3}' },
    record: { groups: ['editor', 'admin'], leftovers: [{ kind: 'private_metadata', value: { level: 3 } }] },
  },
  {
    what: 'the CSV has accounts in columns, and text for yes',
    raw: {
      localId: 'f',
      email: 'a@lumen.example',
      emailVerified: 'true',
      'google.com': '10',
      'twitter.com': '7',
      disabled: 'false',
    },
    record: {
      identifiers: [email('a@lumen.example', true)],
      federated_identities: [{ provider: 'google', subject: '10' }],
      status: 'active',
    },
    notes: ['provider_unknown twitter.com'],
  },
  {
    what: 'second factors stay behind; a password and a phone are no accounts elsewhere',
    raw: {
      localId: 'f',
      mfaInfo: [{ phoneInfo: '+1' }],
      providerUserInfo: [{ providerId: 'password' }, { providerId: 'saml.acme', rawId: 'x' }],
    },
    notes: ['provider_unknown providerUserInfo.1', 'second_factor mfaInfo'],
  },
])

checkTraps(cognito, [
  {
    what: 'an address that is not proven says so in text',
    raw: {
      Username: 'u',
      Attributes: [
        { Name: 'email', Value: 'a@lumen.example' },
        { Name: 'email_verified', Value: 'false' },
      ],
    },
    record: { identifiers: [email('a@lumen.example', false)] },
  },
  {
    what: 'a login by a provider is a user of its own, whose name means nothing else',
    raw: {
      Username: 'Google_1093',
      UserStatus: 'EXTERNAL_PROVIDER',
      Attributes: [
        { Name: 'sub', Value: 's-1' },
        { Name: 'identities', Value: '[{"userId":"1093","providerName":"Google","providerType":"Google"}]' },
      ],
    },
    record: { external_id: 's-1', federated_identities: [{ provider: 'google', subject: '1093' }], profile: {} },
    notes: [],
  },
  {
    what: 'a provider is what its type says: a pool names it as it likes',
    raw: {
      Username: 'u',
      Attributes: [
        { Name: 'sub', Value: 'u' },
        { Name: 'identities', Value: '[{"userId":"583231","providerName":"github","providerType":"OIDC"}]' },
      ],
      UserStatus: 'EXTERNAL_PROVIDER',
    },
    record: {
      federated_identities: [],
      leftovers: [{ kind: 'provider_unknown', value: { provider: 'github', subject: '583231' } }],
    },
    notes: ['provider_unknown identities.0'],
  },
  {
    what: 'a name that is neither sub nor address is kept',
    raw: {
      Username: 'li',
      Attributes: [
        { Name: 'sub', Value: 's' },
        { Name: 'custom:plan', Value: 'free' },
      ],
      Enabled: false,
    },
    record: {
      profile: { plan: 'free', username: 'li' },
      status: 'blocked',
      leftovers: [{ kind: 'username', value: 'li' }],
    },
    notes: ['username Username', 'username_only Username'],
  },
  { what: 'archived users are gone', raw: { Username: 'u', UserStatus: 'ARCHIVED' }, skipped: 'archived' },
  {
    what: 'groups come from a list of their own',
    raw: { Username: 'u', groups: [{ Username: 'u', GroupName: 'staff' }], UserMFASettingList: ['SOFTWARE_TOKEN_MFA'] },
    record: { groups: ['staff'] },
    notes: ['second_factor UserMFASettingList', 'username Username', 'username_only Username'],
  },
])

const OKTA_EMAIL = { profile: { email: 'eva@lumen.example', login: 'eva@lumen.example' } }
checkTraps(okta, [
  {
    what: 'without the option no address is proven',
    raw: { id: '1', status: 'ACTIVE', ...OKTA_EMAIL },
    record: { identifiers: [email('eva@lumen.example', false)] },
    notes: [],
  },
  {
    what: 'who was never activated has confirmed nothing',
    raw: { id: '1', status: 'PROVISIONED', ...OKTA_EMAIL },
    options: { oktaEmailProven: true },
    record: { identifiers: [email('eva@lumen.example', false)] },
  },
  { what: 'deprovisioned users are gone', raw: { id: '1', status: 'DEPROVISIONED' }, skipped: 'deleted' },
  { what: 'staged users have never been', raw: { id: '1', status: 'STAGED' }, skipped: 'never_activated' },
  {
    what: 'a lock by failed attempts ends',
    raw: { id: '1', status: 'LOCKED_OUT' },
    record: { status: 'active' },
    notes: ['lock_ends status'],
  },
  {
    what: 'the second address is never proven; a password of a directory is elsewhere; groups by name',
    raw: {
      id: '1',
      status: 'ACTIVE',
      profile: { secondEmail: 'b@lumen.example', login: 'eva', department: 'x' },
      credentials: { provider: { type: 'ACTIVE_DIRECTORY' } },
      groups: [{ profile: { name: 'Everyone' } }],
    },
    options: { oktaEmailProven: true },
    record: {
      identifiers: [email('b@lumen.example', false)],
      profile: { department: 'x', username: 'eva' },
      groups: ['Everyone'],
    },
    notes: ['password_elsewhere credentials.provider.type', 'username profile.login'],
  },
])

checkTraps(stytch, [
  {
    what: 'the browser’s metadata is the profile, the backend’s stays behind but for roles',
    raw: {
      user_id: 'u',
      untrusted_metadata: { theme: 'dark', roles: ['x'] },
      trusted_metadata: { roles: ['ops'], tier: 2 },
    },
    record: {
      profile: { theme: 'dark', roles: ['x'] },
      groups: ['ops'],
      leftovers: [{ kind: 'private_metadata', value: { tier: 2 } }],
    },
  },
  {
    what: 'second factors and passkeys are named, a reset that is due too',
    raw: {
      user_id: 'u',
      totps: [{ totp_id: 't' }],
      webauthn_registrations: [{ id: 'w' }],
      password: { requires_reset: true },
    },
    notes: ['password_change_required password', 'second_factor totps', 'passkey webauthn_registrations'],
  },
  {
    what: 'an own id by option',
    raw: { user_id: 'u', external_id: 'crm' },
    options: { externalIdFrom: 'external_id' },
    record: { external_id: 'crm' },
  },
])

checkTraps(descope, [
  {
    what: 'of two login ids that look like a provider’s, one may be made up',
    raw: { userId: 'u', OAuth: { google: true }, loginIds: ['google-the-victim', 'google-77'] },
    record: { federated_identities: [] },
    notes: [
      'provider_subject_missing OAuth.google',

      'username loginIds.1',
      'username_only loginIds.1',
    ],
  },
  { what: 'test users are none', raw: { userId: 'u', test: true }, skipped: 'test_user' },
  {
    what: 'a provider without a subject is said; one in a login id is read; other login ids are kept',
    raw: {
      userId: 'u',
      OAuth: { google: true, github: true, apple: false },
      loginIds: ['google-77', 'ben', 'old@lumen.example'],
    },
    record: {
      federated_identities: [{ provider: 'google', subject: '77' }],
      profile: { username: 'ben' },
      leftovers: [
        { kind: 'login_id', value: 'old@lumen.example' },
        { kind: 'username', value: 'ben' },
      ],
    },
    notes: [
      'login_id loginIds.2',
      'provider_subject_missing OAuth.github',
      'username loginIds.1',
      'username_only loginIds.1',
    ],
  },
  {
    what: 'roles of tenants have the tenant in front; unproven is unproven',
    raw: { userId: 'u', email: 'a@lumen.example', userTenants: [{ tenantId: 't1', roleNames: ['ops'] }], TOTP: true },
    record: { groups: ['t1:ops'], identifiers: [email('a@lumen.example', false)] },
    notes: ['second_factor TOTP'],
  },
])
