import { z } from 'zod'
import type { SamlConnectionRow } from './tables.ts'

/** What the operator sets, as it is stored. */
export const samlConfigShape = z.object({
  name: z.string(),
  enabled: z.boolean(),
  behavior: z.object({
    jit_provisioning: z.boolean(),
    allow_email_account_merge: z.boolean(),
    /** In the form in which those of addresses are compared. */
    email_domain_allowlist: z.array(z.string()),
    enforce_login: z.boolean(),
    default_redirect_uri: z.string().optional(),
    allow_sha1: z.boolean(),
    /** Names of groups: at each login people are in those of them that the identity provider says, and in no others of them. */
    allowed_groups: z.array(z.string()).default([]),
  }),
  /** Names of attributes; an absent one is looked for by the names that providers of its kind give it. */
  mapping: z.object({
    email: z.string().optional(),
    given_name: z.string().optional(),
    family_name: z.string().optional(),
    groups: z.string().optional(),
    /** Member of the profile → attribute. */
    custom: z.record(z.string(), z.string()),
  }),
})

export type SamlConfig = z.output<typeof samlConfigShape>

const certificateShape = z.object({
  pem: z.string(),
  fingerprint: z.string(),
  /** Unix ms. */
  not_before: z.number(),
  expires_at: z.number(),
  /** `metadata`: as it was read at `metadata_url`; those alone leave by themselves. */
  source: z.enum(['operator', 'metadata']),
  /** Unix ms: since when the metadata does not name it any more. */
  gone_since: z.number().optional(),
  /** Whether it was said that it ends soon. */
  ending_told: z.boolean().optional(),
})

/** Why the metadata of an identity provider was not taken. */
export const refreshProblems = ['unreachable', 'invalid', 'entity_id_changed'] as const
export type RefreshProblem = (typeof refreshProblems)[number]

/** What is known of the identity provider, as it is stored. */
export const samlIdpShape = z.object({
  entity_id: z.string(),
  sso_url: z.string(),
  slo_url: z.string().optional(),
  certificates: z.array(certificateShape),
})

export type SamlIdp = z.output<typeof samlIdpShape>
export type SamlCertificate = z.output<typeof certificateShape>

/** What was wrong when its metadata was read last; empty when nothing was, or none is read. */
export const refreshProblemOf = ({ refresh_problem }: SamlConnectionRow): RefreshProblem | '' =>
  refreshProblems.find((word) => word === refresh_problem) ?? ''

export interface SamlConnection {
  readonly id: string
  readonly config: SamlConfig
  readonly idp: SamlIdp
  readonly sp: ServiceProvider
}

/** Our side of a connection. */
export interface ServiceProvider {
  readonly entityId: string
  readonly acsUrl: string
  readonly metadataUrl: string
}

export const readSamlConnection = (row: SamlConnectionRow): SamlConnection => ({
  id: row.id,
  config: samlConfigShape.parse(JSON.parse(row.config)),
  idp: samlIdpShape.parse(JSON.parse(row.idp)),
  sp: serviceProviderOf(row),
})

export const SAML_PATH = '/v1/session/login/saml'

export function serviceProviderOf({
  origin,
  provider,
  id,
}: Pick<SamlConnectionRow, 'origin' | 'provider' | 'id'>): ServiceProvider {
  const entityId = `${origin}${SAML_PATH}/${provider}/${id}`
  return { entityId, acsUrl: `${entityId}/acs`, metadataUrl: `${entityId}/metadata` }
}
