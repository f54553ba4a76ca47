import { profileOf } from '../../core/federation/profile.ts'
import { isWrittenAs, normaliseEmailAddress } from '../../core/identifiers/identifier.ts'
import type { SamlConnection } from '../../core/saml-connections/connection.ts'
import type { Reading } from '../../crypto/saml/response.ts'
import { EMAIL_FORMAT } from '../../crypto/saml/rules.ts'

/** Whom an identity provider speaks of, by the mapping of its connection. */
export interface SamlPerson {
  /** What the person is called at the identity provider, in the form in which it is compared. */
  readonly subject: string
  /** As identifiers are compared; undefined where there is none. */
  readonly email: string | undefined
  /** Whether the connection speaks for that address. */
  readonly isOfCompany: boolean
  /** Whether it is the address as it was written, and no other one reads the same. */
  readonly isWritten: boolean
  /** To begin a new user's profile with. */
  readonly profile: Readonly<Record<string, unknown>>
  readonly groups: readonly string[]
}

/** What is read where the mapping names no attribute: as Okta, JumpCloud, Google, Entra ID and eduPerson call it. */
const USUAL = {
  email: [
    'email',
    'mail',
    'emailAddress',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
    'urn:oid:0.9.2342.19200300.100.1.3',
  ],
  given_name: [
    'firstName',
    'first_name',
    'given_name',
    'givenName',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname',
    'urn:oid:2.5.4.42',
  ],
  family_name: [
    'lastName',
    'last_name',
    'family_name',
    'sn',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname',
    'urn:oid:2.5.4.4',
  ],
} as const

/** Names and addresses that cannot be used count as absent. */
export function personOf(
  { config: { mapping, behavior } }: Pick<SamlConnection, 'config'>,
  { nameId, attributes }: Pick<Reading, 'nameId' | 'attributes'>,
): SamlPerson {
  const firstOf = (member: keyof typeof USUAL) => {
    const name = mapping[member] ?? USUAL[member].find((usual) => attributes.has(usual))
    return name === undefined ? undefined : attributes.get(name)?.find((value) => value.trim() !== '')
  }
  const named = nameId.format === EMAIL_FORMAT ? readAddress(nameId.value) : undefined
  const written = firstOf('email')
  const address = written === undefined && mapping.email === undefined ? named : readAddress(written)
  const custom = Object.entries(mapping.custom).map(([member, name]) => [member, oneOrAll(attributes.get(name))])
  return {
    subject: named?.isWritten ? named.value : nameId.value,
    email: address?.value,
    isOfCompany: behavior.email_domain_allowlist.includes(address?.value.split('@')[1] ?? ''),
    isWritten: address?.isWritten ?? false,
    profile: {
      ...profileOf(firstOf('given_name')?.trim(), firstOf('family_name')?.trim()),
      ...Object.fromEntries(custom.filter(([, value]) => value !== undefined)),
    },
    groups: mapping.groups === undefined ? [] : (attributes.get(mapping.groups) ?? []),
  }
}

/** The groups of the application that a person is in by the word of a connection; undefined for one that decides on none. */
export function membershipsOf(
  { config: { mapping, behavior } }: Pick<SamlConnection, 'config'>,
  { groups }: SamlPerson,
): { readonly names: readonly string[]; readonly governed: readonly string[] } | undefined {
  const governed = behavior.allowed_groups
  if (mapping.groups === undefined || governed.length === 0) return undefined
  return { names: governed.filter((name) => groups.includes(name)), governed }
}

/** Why a connection may not log a person in, for a log: one with domains speaks for their people alone. Undefined where it may. */
export function problemOf(
  { config }: Pick<SamlConnection, 'config'>,
  { email, isOfCompany }: SamlPerson,
): string | undefined {
  if (isOfCompany || config.behavior.email_domain_allowlist.length === 0) return undefined
  return email === undefined
    ? 'the user has no e-mail address where the mapping looks for one'
    : 'the address of the user is of none of the domains of the connection'
}

function readAddress(written: string | undefined): { value: string; isWritten: boolean } | undefined {
  const value = written === undefined ? undefined : normaliseEmailAddress(written)
  if (written === undefined || value === undefined) return undefined
  return { value, isWritten: isWrittenAs({ type: 'email_address', value }, written.trim()) }
}

const oneOrAll = (values: readonly string[] = []) => (values.length > 1 ? values : values[0])
