import { checkTraps, email, NOW, phone } from '../example.fixture.ts'
import { betterAuth } from './better-auth.ts'
import { fusionauth } from './fusionauth.ts'
import { keycloak } from './keycloak.ts'
import { kratos } from './kratos.ts'
import { supabase } from './supabase.ts'
import { supertokens } from './supertokens.ts'

const PROVEN_AT = { verified_at: '2024-01-15T10:30:00Z' }
const FUTURE = new Date(NOW + 1000).toISOString()
const PAST = new Date(NOW - 1000).toISOString()

checkTraps(supabase, [
  { what: 'soft-deleted rows stay there', raw: { id: 's', deleted_at: '2024-01-01 00:00:00+00' }, skipped: 'deleted' },
  { what: 'anonymous users have nothing', raw: { id: 's', is_anonymous: 't' }, skipped: 'anonymous' },
  {
    what: 'what users write proves nothing and is no part of the profile',
    raw: {
      id: 's',
      email: 'a@lumen.example',
      raw_user_meta_data: { email_verified: true, email: 'a@lumen.example', name: 'A' },
    },
    record: { identifiers: [email('a@lumen.example', false)], profile: { name: 'A' } },
  },
  {
    what: 'an address of single sign-on may be another user’s as well',
    raw: {
      id: 's',
      email: 'a@lumen.example',
      email_confirmed_at: '2024-01-15 10:30:00+00',
      is_sso_user: true,
      identities: [{ provider: 'sso:1', provider_id: 'x' }],
    },
    record: { identifiers: [email('a@lumen.example', false)] },
    notes: ['sso_address_unproven email', 'provider_unknown identities.0'],
  },
  {
    what: 'a number lacks its plus sign, and is proven by a time of its own',
    raw: { id: 's', phone: '12125550107', phone_confirmed_at: '2024-01-15 10:30:00+00' },
    record: { identifiers: [{ ...phone('+12125550107', true), ...PROVEN_AT }] },
    notes: ['phone_repaired phone'],
  },
  { what: 'a ban that has ended is none', raw: { id: 's', banned_until: PAST }, record: { status: 'active' } },
  { what: 'a ban that is on is a block', raw: { id: 's', banned_until: FUTURE }, record: { status: 'blocked' } },
  { what: 'a ban for ever is a block', raw: { id: 's', banned_until: 'infinity' }, record: { status: 'blocked' } },
  { what: 'an empty password is none', raw: { id: 's', encrypted_password: '' }, notes: [] },
  {
    what: 'CSV and COPY have JSON as text; older dumps have the subject as id',
    raw: {
      id: 's',
      raw_app_meta_data: '{"provider":"email","providers":["email"],"roles":["editor"],"x":1}',
      identities: [{ provider: 'github', id: '55' }],
    },
    record: {
      groups: ['editor'],
      federated_identities: [{ provider: 'github', subject: '55' }],
      leftovers: [{ kind: 'private_metadata', value: { x: 1 } }],
    },
  },
  {
    what: 'factors and passkeys stay behind, but for those that were never verified',
    raw: {
      id: 's',
      factors: [
        { factor_type: 'totp', status: 'verified', secret: 'S' },
        { factor_type: 'totp', status: 'unverified', secret: 'T' },
        { factor_type: 'webauthn', status: 'verified' },
        { factor_type: 'phone', status: 'verified' },
      ],
      passkeys: [{ credential_id: 'c' }],
    },
    notes: ['totp factors.0', 'passkey factors.1', 'second_factor factors.2', 'passkey passkeys.0'],
  },
])

checkTraps(keycloak, [
  { what: 'service accounts are nobody', raw: { id: 'k', serviceAccountClientId: 'api' }, skipped: 'service_account' },
  {
    what: 'a name that is the address says nothing new',
    raw: { id: 'k', username: 'omar@lumen.example', email: 'omar@lumen.example' },
    record: { profile: {}, identifiers: [email('omar@lumen.example', false)] },
    notes: [],
  },
  {
    what: 'users of an LDAP federation have their password there',
    raw: { id: 'k', username: 'omar', federationLink: 'x' },
    notes: ['password_elsewhere federationLink', 'username username', 'username_only username'],
  },
  {
    what: 'attributes are lists; what users may have written of a number proves none',
    raw: { id: 'k', attributes: { phoneNumber: ['+12125550107'], phoneNumberVerified: ['true'] } },
    record: { identifiers: [phone('+12125550107', false)] },
  },
  {
    what: 'a number is proven where an extension says so, and users cannot write that',
    raw: {
      id: 'k',
      attributes: { phoneNumber: ['+12125550107'], phoneNumberVerified: ['true'], tags: ['a', 'b'], plan: ['pro'] },
    },
    options: { keycloakNumbersProven: true },
    record: { identifiers: [phone('+12125550107', true)], profile: { tags: ['a', 'b'], plan: 'pro' } },
  },
  {
    what: 'that a number is proven says nothing of another one',
    raw: { id: 'k', attributes: { mobile: ['+12125550107'], phoneNumberVerified: ['true'] } },
    options: { keycloakNumbersProven: true },
    record: { identifiers: [phone('+12125550107', false)] },
  },
  {
    what: 'roles of the realm, of clients and of Keycloak itself',
    raw: {
      id: 'k',
      groups: ['/eu/sales'],
      realmRoles: ['staff', 'default-roles-shop', 'offline_access'],
      clientRoles: { shop: ['buyer'], account: ['manage-account'] },
    },
    options: { scopesByGroup: new Map([['shop:buyer', ['orders:write', 'orders:read']]]) },
    record: { groups: ['eu/sales', 'staff', 'shop:buyer'], scopes: ['orders:write', 'orders:read'] },
    notes: ['role_of_system realmRoles', 'role_of_system clientRoles'],
  },
  {
    what: 'second factors, passkeys and codes stay behind',
    raw: {
      id: 'k',
      credentials: [
        { type: 'otp', secretData: '{"value":"S"}' },
        { type: 'webauthn-passwordless', credentialData: '{}' },
        { type: 'recovery-authn-codes', secretData: '{}' },
      ],
      requiredActions: ['UPDATE_PASSWORD'],
      enabled: false,
    },
    record: { status: 'blocked' },
    notes: [
      'totp credentials.0',
      'passkey credentials.1',
      'recovery_codes credentials.2',
      'required_action requiredActions',
    ],
  },
])

checkTraps(betterAuth, [
  {
    what: 'in Auth.js the proof is a time',
    raw: { id: 'n', email: 'a@lumen.example', email_verified: '2024-01-15T10:30:00Z' },
    record: { identifiers: [{ ...email('a@lumen.example', true), ...PROVEN_AT }] },
  },
  {
    what: 'in SQLite it is a number',
    raw: { id: 'n', email: 'a@lumen.example', emailVerified: 1 },
    record: { identifiers: [email('a@lumen.example', true)] },
  },
  {
    what: 'zero is no',
    raw: { id: 'n', email: 'a@lumen.example', emailVerified: '0' },
    record: { identifiers: [email('a@lumen.example', false)] },
  },
  {
    what: 'an address that was made of a number is none',
    raw: {
      id: 'n',
      email: '12125550107@temp.lumen.example',
      emailVerified: true,
      phoneNumber: '+12125550107',
      phoneNumberVerified: true,
    },
    record: {
      identifiers: [phone('+12125550107', true)],
      profile: { placeholder_email_address: '12125550107@temp.lumen.example' },
    },
    notes: ['email_address_placeholder email'],
  },
  {
    what: 'Apple’s relay is real',
    raw: { id: 'n', email: 'x1@privaterelay.appleid.com' },
    record: { identifiers: [email('x1@privaterelay.appleid.com', false)] },
  },
  {
    what: 'an account at a provider proves no address, and providers have more than one name',
    raw: {
      id: 'n',
      email: 'a@lumen.example',
      accounts: [
        { provider: 'microsoft-entra-id', providerAccountId: 'o' },
        { provider: 'discord', providerAccountId: '1' },
        { provider: 'email' },
      ],
    },
    record: {
      identifiers: [email('a@lumen.example', false)],
      federated_identities: [{ provider: 'microsoft', subject: 'o' }],
    },
    notes: ['provider_unknown accounts.1'],
  },
  {
    what: 'a ban that has ended is none',
    raw: { id: 'n', banned: true, banExpires: PAST },
    record: { status: 'active' },
    notes: ['ban_ended banExpires'],
  },
  {
    what: 'a ban without an end is a block',
    raw: { id: 'n', banned: 1, banExpires: null },
    record: { status: 'blocked' },
  },
  {
    what: 'roles are a list in one text',
    raw: { id: 'n', role: 'admin, user' },
    record: { groups: ['admin', 'user'] },
  },
  { what: 'anonymous users are nobody', raw: { id: 'n', isAnonymous: true }, skipped: 'anonymous' },
  {
    what: 'passkeys and encrypted secrets stay behind',
    raw: { id: 'n', passkeys: [{ credentialID: 'c' }], factors: [{ secret: 'e' }] },
    notes: ['passkey passkeys.0', 'totp_encrypted factors.0'],
  },
])

checkTraps(supertokens, [
  {
    what: 'proof is of one user and one address',
    raw: {
      user_id: 's',
      email: 'a@lumen.example',
      thirdparty: [{ third_party_id: 'google', third_party_user_id: '5', email: 'b@lumen.example' }],
      verified_emails: [{ user_id: 's', email: 'b@lumen.example' }],
    },
    record: {
      identifiers: [email('a@lumen.example', false), email('b@lumen.example', true)],
      federated_identities: [{ provider: 'google', subject: '5' }],
    },
  },
  {
    what: 'the id that the customer knows is the mapped one',
    raw: {
      user_id: 's',
      mappings: [{ supertokens_user_id: 's', external_user_id: 'crm-1' }],
      passwordless: [{ phone_number: '+12125550107' }],
    },
    record: { external_id: 'crm-1', identifiers: [phone('+12125550107', true)] },
  },
  {
    what: 'several login methods of one person; metadata is text',
    raw: {
      id: 's',
      loginMethods: [
        { recipeId: 'emailpassword', email: 'a@lumen.example', verified: true },
        {
          recipeId: 'thirdparty',
          thirdParty: { id: 'github', userId: '7' },
          email: 'b@lumen.example',
          verified: false,
        },
      ],
      metadata: [{ user_metadata: '{"first_name":"K"}' }],
      user_roles: [{ role: 'admin' }],
      totp: [{ secret_key: 'S' }],
    },
    record: {
      identifiers: [email('a@lumen.example', true), email('b@lumen.example', false)],
      federated_identities: [{ provider: 'github', subject: '7' }],
      profile: { first_name: 'K' },
      groups: ['admin'],
    },
    notes: ['totp totp.0'],
  },
  {
    what: 'Firebase’s hash without its key stays behind',
    raw: { user_id: 's', password_hash: '$f_scrypt$aaaa$bbbb$m=14$r=8$s=Bw==' },
    notes: ['password_parameters_missing password_hash'],
  },
])

checkTraps(kratos, [
  {
    what: 'without a verifiable address what the traits say is unproven',
    raw: { id: 'k', traits: { email: 'a@lumen.example', name: { first: 'U', last: 'M' }, plan: 'pro' } },
    record: {
      identifiers: [email('a@lumen.example', false)],
      profile: { first_name: 'U', last_name: 'M', plan: 'pro' },
    },
  },
  {
    what: 'user names alone are no way in',
    raw: { id: 'k', traits: { username: 'uma' } },
    record: { identifiers: [], profile: { username: 'uma' } },
    notes: ['username traits.username', 'username_only traits.username'],
  },
  {
    what: 'the migration hook means that there is no hash; tokens of providers are left out',
    raw: {
      id: 'k',
      credentials: {
        password: { config: { use_password_migration_hook: true } },
        oidc: {
          config: {
            providers: [
              { provider: 'github', subject: '5', initial_access_token: 'secret' },
              { provider: 'acme', subject: '6' },
            ],
          },
        },
      },
    },
    record: {
      federated_identities: [{ provider: 'github', subject: '5' }],
      leftovers: [{ kind: 'provider_unknown', value: { provider: 'acme', subject: '6' } }],
    },
    notes: ['password_elsewhere credentials.password', 'provider_unknown credentials.oidc.1'],
  },
  {
    what: 'an address for recovery is not proven by that; text messages go to numbers',
    raw: {
      id: 'k',
      state: 'inactive',
      verifiable_addresses: [
        { value: '+12125550107', via: 'sms', verified: true, verified_at: '2024-01-15T10:30:00Z' },
      ],
      recovery_addresses: [{ value: 'r@lumen.example', via: 'email' }],
    },
    record: {
      status: 'blocked',
      identifiers: [{ ...phone('+12125550107', true), ...PROVEN_AT }, email('r@lumen.example', false)],
    },
  },
  {
    what: 'the administrators’ metadata, secrets and keys stay behind',
    raw: {
      id: 'k',
      metadata_public: { tier: 1 },
      metadata_admin: { note: 'x' },
      credentials: {
        totp: { config: { totp_url: 'otpauth://' } },
        lookup_secret: { config: {} },
        webauthn: { config: {} },
      },
    },
    record: { profile: { tier: 1 } },
    notes: [
      'private_metadata metadata_admin',
      'totp credentials.totp',
      'recovery_codes credentials.lookup_secret',
      'passkey credentials.webauthn',
    ],
  },
])

checkTraps(fusionauth, [
  {
    what: 'a link counts by the type of its provider, whatever that is called',
    raw: { id: 'f', links: [{ identityProviderName: 'Google', identityProviderUserId: '9' }] },
    record: { federated_identities: [] },
  },
  {
    what: 'verified without anybody having asked is not proven',
    raw: {
      id: 'f',
      email: 'a@lumen.example',
      verified: true,
      identities: [
        { type: 'email', value: 'a@lumen.example', verified: true, verifiedReason: 'Disabled' },
        { type: 'phoneNumber', value: '+12125550107', verified: true, verifiedReason: 'Completed' },
      ],
    },
    record: { identifiers: [email('a@lumen.example', false), phone('+12125550107', true)] },
  },
  { what: 'inactive is deleted', raw: { id: 'f', active: false }, skipped: 'deleted' },
  {
    what: 'identities of the table have address, proof and hash',
    raw: {
      id: 'f',
      active: 't',
      identities: [
        {
          users_id: 'f',
          email: 'a@lumen.example',
          verified: 't',
          password: 'x',
          encryption_scheme: 'plug-in',
          factor: '1',
          salt: 's',
        },
      ],
    },
    record: { identifiers: [email('a@lumen.example', true)] },
    notes: ['password_unreadable identities.0.password'],
  },
  {
    what: 'identities of the API have a type and a value',
    raw: {
      id: 'f',
      identities: [
        { type: 'email', value: 'a@lumen.example', verified: true },
        { type: 'phoneNumber', value: '+12125550107', verified: false },
        { type: 'username', value: 'pia' },
      ],
    },
    record: {
      identifiers: [email('a@lumen.example', true), phone('+12125550107', false)],
      profile: { username: 'pia' },
    },
  },
  {
    what: 'a mobile number is never proven; secrets, codes, memberships and data stay behind',
    raw: {
      id: 'f',
      mobilePhone: '+12125550107',
      data: { x: 1 },
      memberships: [{ groupId: 'g' }],
      twoFactor: { methods: [{ method: 'authenticator', secret: 'S' }, { method: 'sms' }], recoveryCodes: ['1'] },
      passwordChangeRequired: true,
      links: [{ identityProviderType: 'Google', identityProviderUserId: '9' }],
    },
    record: {
      identifiers: [phone('+12125550107', false)],
      federated_identities: [{ provider: 'google', subject: '9' }],
    },
    notes: [
      'group_membership memberships',
      'private_metadata data',
      'totp twoFactor.methods.0',
      'second_factor twoFactor.methods.1',
      'recovery_codes twoFactor.recoveryCodes',
      'password_change_required passwordChangeRequired',
    ],
  },
])
