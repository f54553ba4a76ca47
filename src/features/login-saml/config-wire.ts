import { z } from 'zod'
import { groupName, MAX_GROUPS_OF_USER } from '../../core/groups/group.ts'
import { type SamlConfig, samlConfigShape } from '../../core/saml-connections/connection.ts'

const text = (max: number) => z.string().min(1).max(max)
const url = text(2_048)
const attribute = text(256)

/** Members of a profile. */
const member = z.string().regex(/^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/, 'is no name of a member')
const RESERVED = ['constructor', 'given_name', 'family_name', 'groups']
const MAX_CUSTOM = 50

const certificates = z.array(text(16_384)).min(1).max(10).meta({ description: 'PEM. RSA keys of 2048 bits or more.' })
const sloUrl = url.nullable().optional()
const idp = z.object({ entity_id: text(1_024), sso_url: url, slo_url: sloUrl, certificates })

const behavior = z.object({
  jit_provisioning: z.boolean().meta({
    description: 'Make an account for whoever logs in for the first time. `false` unless it is given at creation.',
  }),
  allow_email_account_merge: z.boolean().meta({
    description:
      'Link the identity to the user who has proven the same address here. For addresses of `email_domain_allowlist` alone. `false` unless it is given at creation.',
  }),
  email_domain_allowlist: z.array(text(253)).max(100).nullable().meta({
    description:
      'Domains that the connection speaks for, exactly: subdomains are others. With none, anybody may log in, and addresses belong to nobody and lead to nobody. A domain that two connections name leads to neither.',
  }),
  enforce_login: z.boolean().meta({
    description:
      'People with an address of these domains log in by this connection alone. Does nothing while `email_domain_allowlist` is empty. `false` unless it is given at creation.',
  }),
  default_redirect_uri: text(2_000).nullable().meta({
    description:
      'Where logins return to that the identity provider began; without it they are refused. Must be on the list of the application.',
  }),
  allow_sha1: z.boolean().meta({
    description: 'Take signatures by SHA-1, which others may be able to forge. `false` unless it is given at creation.',
  }),
  allowed_groups: z.array(groupName).max(MAX_GROUPS_OF_USER).nullable().meta({
    description:
      'Groups of the application that the identity provider decides on, by `mapping.groups`: at each login people are put into those of them that it names, and taken out of the others. With none, what it says of groups gives no scope.',
  }),
})

const mapping = z.object({
  email: attribute.nullable().meta({ description: 'Without: the usual names, else a NameID that is an address.' }),
  given_name: attribute.nullable().meta({ description: 'Without: the usual names.' }),
  first_name: attribute.nullable().meta({ description: 'The same as `given_name`.' }),
  family_name: attribute.nullable().meta({ description: 'Without: the usual names.' }),
  last_name: attribute.nullable().meta({ description: 'The same as `family_name`.' }),
  groups: attribute.nullable(),
  custom: z.record(member, attribute.nullable()).meta({
    description: `Member of the profile → attribute; ${MAX_CUSTOM} at most.`,
  }),
})

const source = {
  idp_metadata_url: url.optional().meta({
    description: 'Where the identity provider publishes its metadata, https. It is read anew every six hours.',
  }),
  idp_metadata_xml: text(1_000_000).optional().meta({ description: 'Its metadata, as XML or that in base64.' }),
}

/** For examples. */
export const OKTA_METADATA = 'https://acme.okta.com/app/exk1fcia6d6EMsf331d8/sso/saml/metadata'
export const CALLBACK = 'https://www.shop.example/signed-in'

/** What a connection is made of. The IdP comes from exactly one of three sources. */
export const connectionInput = z
  .object({
    name: text(200),
    enabled: z.boolean().default(true),
    ...source,
    idp: idp.optional(),
    behavior: behavior.partial().optional(),
    mapping: mapping.partial().optional(),
  })
  .meta({
    id: 'SAMLConnectionInput',
    examples: [
      {
        name: 'Acme',
        enabled: true,
        idp_metadata_url: OKTA_METADATA,
        behavior: { email_domain_allowlist: ['acme.com'], jit_provisioning: true, default_redirect_uri: CALLBACK },
        mapping: { groups: 'groups', custom: { department: 'department' } },
      },
    ],
  })

export type ConnectionInput = z.output<typeof connectionInput>

/** What of a connection is to be otherwise. */
export const connectionChange = z
  .object({
    name: text(200).optional(),
    enabled: z.boolean().optional(),
    ...source,
    idp_metadata_url: source.idp_metadata_url.unwrap().nullable().optional().meta({
      description: 'Read at once and in place of all that is known. null: it is not read any more, and all stays.',
    }),
    idp: idp.partial().optional().meta({
      description:
        '`entity_id` stays as it is. Certificates are those given and no others; those of metadata come back with it.',
    }),
    behavior: behavior.partial().optional(),
    mapping: mapping.partial().optional(),
  })
  .meta({
    id: 'SAMLConnectionChange',
    examples: [{ behavior: { enforce_login: true }, mapping: { groups: null } }],
  })

export type ConnectionChange = z.output<typeof connectionChange>

const NEW: SamlConfig = {
  name: '',
  enabled: true,
  behavior: {
    jit_provisioning: false,
    allow_email_account_merge: false,
    email_domain_allowlist: [],
    enforce_login: false,
    allow_sha1: false,
    allowed_groups: [],
  },
  mapping: { custom: {} },
}

/** A configuration after a change: what is not named stays, null takes out. RFC 7396. Domains are still as they were written. */
export function changedConfig(
  change: ConnectionChange,
  { name, enabled, behavior, mapping }: SamlConfig = NEW,
): SamlConfig {
  const { first_name, last_name, custom, ...names } = change.mapping ?? {}
  const {
    email_domain_allowlist: domains = behavior.email_domain_allowlist,
    allowed_groups: groups = behavior.allowed_groups,
    ...switches
  } = change.behavior ?? {}
  const aliases = {
    ...(first_name !== undefined && { given_name: first_name }),
    ...(last_name !== undefined && { family_name: last_name }),
  }
  return samlConfigShape.parse({
    name: change.name ?? name,
    enabled: change.enabled ?? enabled,
    behavior: merged(behavior, {
      ...switches,
      email_domain_allowlist: domains ?? [],
      allowed_groups: [...new Set(groups ?? [])],
    }),
    mapping: merged(mapping, { ...aliases, ...names, custom: merged(mapping.custom, custom ?? {}) }),
  })
}

const merged = (before: object, change: object): object =>
  Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== null))

/** What is wrong with a mapping besides its shape. */
export function problemOfMapping({ mapping }: ConnectionChange, after: SamlConfig): string | undefined {
  for (const [one, other] of [
    ['given_name', 'first_name'],
    ['family_name', 'last_name'],
  ] as const) {
    if (mapping?.[one] !== undefined && mapping[other] !== undefined && mapping[one] !== mapping[other])
      return `body.mapping.${other}: is another word for ${one}`
  }
  if (after.behavior.allowed_groups.length > 0 && after.mapping.groups === undefined)
    return 'body.behavior.allowed_groups: must not be there without mapping.groups, which says where groups are named'
  const names = Object.keys(after.mapping.custom)
  const reserved = names.find((name) => RESERVED.includes(name))
  if (reserved !== undefined) return `body.mapping.custom.${reserved}: has a place of its own, or none`
  return names.length > MAX_CUSTOM ? `body.mapping.custom: has more than ${MAX_CUSTOM} members` : undefined
}
