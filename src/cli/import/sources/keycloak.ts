import { Draft } from '../draft.ts'
import { isNo, isYes, itemsOf, membersOf, rowsOf, textOf, textsOf } from '../raw-value.ts'
import type { Raw, Source } from '../source.ts'
import { rewriteKeycloakHash } from './keycloak-hash.ts'

type Members = Readonly<Record<string, unknown>>

/** Roles that Keycloak gives to everybody, and those of its own account console. */
const OWN_ROLE = /^(default-roles-.+|offline_access|uma_authorization)$/
const OWN_CLIENTS = ['account', 'account-console', 'realm-management', 'broker', 'security-admin-console', 'admin-cli']
const NUMBER_ATTRIBUTES = ['phoneNumber', 'phone_number', 'phone', 'mobile']

/** https://www.keycloak.org/server/importExport: the realm's file, or the users' files beside it. */
export const keycloak: Source = {
  name: 'keycloak',
  users: { containers: ['json', 'ndjson'], arrays: [['users'], []] },
  map(raw, options) {
    const draft = new Draft(options)
    if (textOf(raw.serviceAccountClientId) !== undefined) return draft.skip('service_account')
    draft.externalId(raw.id)
    draft.emailAddress(raw.email, { field: 'email', verified: isYes(raw.emailVerified) })
    draft.names({ first_name: raw.firstName, last_name: raw.lastName })
    readAttributes(draft, membersOf(raw.attributes), options.keycloakNumbersProven === true)
    draft.username(raw.username, 'username')
    readGroups(draft, raw)
    for (const [i, { identityProvider, userId }] of rowsOf(raw.federatedIdentities).entries()) {
      draft.federatedIdentity(identityProvider, userId, `federatedIdentities.${i}`)
    }
    for (const [i, credential] of rowsOf(raw.credentials).entries())
      readCredential(draft, credential, `credentials.${i}`)
    if (textOf(raw.federationLink) !== undefined) draft.note('password_elsewhere', 'federationLink')
    if (itemsOf(raw.requiredActions).length > 0) draft.note('required_action', 'requiredActions')
    if (isNo(raw.enabled)) draft.block()
    draft.createdAt(raw.createdTimestamp, 'createdTimestamp')
    return draft.finish()
  },
}

/**
 * Each attribute is a list. An extension of Keycloak says of a number that it is proven, in an attribute as well; and attributes are the users' to write
 * unless the realm forbids it, which the operator alone knows.
 */
function readAttributes(draft: Draft, attributes: Members, areNumbersProven: boolean): void {
  const { locale, phoneNumberVerified, phone_number_verified, ...rest } = attributes
  draft.names({ locale: textsOf(locale)[0] })
  const isSaid = isYes(textsOf(phoneNumberVerified)[0]) || isYes(textsOf(phone_number_verified)[0])
  for (const name of NUMBER_ATTRIBUTES) {
    const verified = areNumbersProven && isSaid && name !== 'phone' && name !== 'mobile'
    for (const number of textsOf(rest[name])) draft.phoneNumber(number, { field: `attributes.${name}`, verified })
  }
  const others = Object.entries(rest).filter(([name]) => !NUMBER_ATTRIBUTES.includes(name))
  draft.profile(Object.fromEntries(others.map(([name, values]) => [name, onlyOf(values)])))
}

const onlyOf = (values: unknown): unknown => (Array.isArray(values) && values.length === 1 ? values[0] : values)

/** Paths of groups, roles of the realm, and those of clients with the client's name in front. */
function readGroups(draft: Draft, raw: Raw): void {
  const paths = textsOf(raw.groups)
  draft.groups(
    paths.map((path) => path.replace(/^\//, '')),
    'groups',
  )
  const roles = textsOf(raw.realmRoles)
  const own = roles.filter((role) => !OWN_ROLE.test(role))
  if (own.length < roles.length) draft.note('role_of_system', 'realmRoles')
  draft.groups(own, 'realmRoles')
  for (const [client, names] of Object.entries(membersOf(raw.clientRoles))) {
    if (OWN_CLIENTS.includes(client)) draft.note('role_of_system', 'clientRoles')
    else {
      draft.groups(
        textsOf(names).map((name) => `${client}:${name}`),
        'clientRoles',
      )
    }
  }
}

const LEFT: Readonly<Record<string, string>> = {
  otp: 'totp',
  totp: 'totp',
  hotp: 'hotp',
  webauthn: 'passkey',
  'webauthn-passwordless': 'passkey',
  'recovery-authn-codes': 'recovery_codes',
  'password-history': 'password_history',
}

function readCredential(draft: Draft, credential: Members, field: string): void {
  const type = textOf(credential.type) ?? ''
  if (type !== 'password')
    draft.leave(Object.hasOwn(LEFT, type) ? (LEFT[type] ?? type) : 'second_factor', credential, field)
  else {
    const hash = rewriteKeycloakHash(credential)
    if (hash === undefined) draft.leave('password_unreadable', credential, field)
    else draft.passwordHash(hash, field)
  }
}
