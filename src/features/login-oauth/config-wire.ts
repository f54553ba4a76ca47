import { z } from 'zod'
import { type OAuthConfig, type OAuthSecrets, oauthConfigShape, readOAuthConfig } from '../../core/federation/config.ts'
import type { OAuthConfigRow } from '../../core/federation/tables.ts'
import { mayNameUser, subjectsOf } from '../../core/oauth/claims.ts'
import { scopeName } from '../../core/scopes/scope.ts'
import { rfc3339 } from '../../platform/clock.ts'

const text = (max: number) => z.string().min(1).max(max)
const issuerUrl = z.url().max(500)
const GUID_OR_NAME =
  /^(common|organizations|consumers|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|([a-z0-9-]+\.)+[a-z]{2,})$/

const SCOPE_RULE = 'must be 1 to 200 printable characters without blanks, quotes and backslashes'

/** Okta's older member names the host alone. */
const okta = z
  .union([
    z.object({ issuer_url: issuerUrl }),
    z
      .object({
        domain: z
          .string()
          .regex(/^[a-z0-9.-]+$/i, 'must be a host name')
          .max(253),
      })
      .transform(({ domain }) => ({ issuer_url: `https://${domain}` })),
  ])
  .meta({ description: 'Okta: the issuer of the authorization server, `https://dev-123456.okta.com/oauth2/default`.' })

export const configInput = z
  .object({
    type: z.enum(['personal', 'enterprise']).default('personal').meta({
      description:
        'Whether everybody logs in by it, or the people of one company, whose own it is. Stays as it was made.',
    }),
    client_id: text(500).meta({ description: 'As the provider gave it; of Apple the Services ID.' }),
    client_secret: text(2_000).optional().meta({
      description: 'Write-only. Left out of a replacement: stays as it is, unless the issuer changes. Apple has none.',
    }),
    enabled: z.boolean().default(true),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, SCOPE_RULE))
      .max(50)
      .default([])
      .meta({ description: 'Asked of the provider besides those that the login needs. RFC 6749 §3.3.' }),
    granted_scopes: z.array(scopeName).max(50).default([]).meta({
      description:
        'Scopes that a session opened by this provider has, as long as it lives; those of the account itself (`prld:…`) for ten minutes.',
    }),
    options: z
      .object({
        use_email_as_identifier: z
          .boolean()
          .default(false)
          .meta({ description: 'Give a new user the e-mail address, if the provider has verified it or a code has.' }),
        allow_email_account_merge: z
          .boolean()
          .default(false)
          .meta({ description: 'Link the account to the user who has proven the same e-mail address here.' }),
        verify_email: z.boolean().default(false).meta({
          description:
            'Ask for a code where the provider has not verified the address. Needs `use_email_as_identifier` and a configuration of login by code for e-mail.',
        }),
      })
      .prefault({}),
    apple: z
      .object({
        team_id: z.string().regex(/^[A-Z0-9]{10}$/, 'is no id of ten characters'),
        key_id: z.string().regex(/^[A-Z0-9]{10}$/, 'is no id of ten characters'),
        p8_key: text(4_000).optional().meta({ description: 'Write-only. The text of the `.p8` file.' }),
        private_key: text(4_000).optional().meta({ description: 'Older name of `p8_key`.', deprecated: true }),
      })
      .optional(),
    okta: okta.optional(),
    microsoft: z
      .object({
        tenant: z.string().regex(GUID_OR_NAME, 'is no tenant').meta({
          description: '`common` (default), `organizations`, `consumers`, or the id or domain of one tenant.',
        }),
      })
      .optional(),
    oidc: z
      .object({
        issuer_url: issuerUrl,
        subject_claim: text(64).refine(mayNameUser, 'names no user').default('sub').meta({
          description: 'Claim that names the user: one that users cannot write. With another one, all are strangers.',
        }),
      })
      .optional()
      .meta({ description: 'Any OpenID provider, under a name of your own.' }),
    enterprise: z
      .object({
        email_domain_allowlist: z
          .array(text(253))
          .min(1)
          .max(100)
          .meta({ description: 'Domains that it speaks for, exactly: subdomains are others. Of one connection each.' }),
        default_redirect_uri: text(2_000)
          .optional()
          .meta({ description: 'Where logins return to that name no place. Must be on the list of the application.' }),
      })
      .optional(),
  })
  .meta({ id: 'OAuthLoginConfigInput' })

export type ConfigInput = z.output<typeof configInput>

export const configView = oauthConfigShape
  .extend({
    provider_id: z.string(),
    connection_id: z.string().optional(),
    redirect_uri: z.string().meta({ description: 'To be registered at the provider, exactly so.' }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'OAuthLoginConfig' })

export const viewOf = (row: OAuthConfigRow, redirectUri: string): z.input<typeof configView> => {
  const config = readOAuthConfig(row)
  return {
    provider_id: row.provider,
    ...(config.type === 'enterprise' && { connection_id: row.id }),
    ...config,
    redirect_uri: redirectUri,
    created_at: rfc3339(row.created_at),
    updated_at: rfc3339(row.updated_at),
  }
}

/** What is stored of an input, apart from its secrets. `domains`: its own, in the form in which they are compared. */
export function configOf(
  { client_secret: _, apple, enterprise, ...input }: ConfigInput,
  domains: readonly string[],
): OAuthConfig {
  return {
    ...input,
    ...(apple && { apple: { team_id: apple.team_id, key_id: apple.key_id } }),
    ...(enterprise && { enterprise: { ...enterprise, email_domain_allowlist: domains } }),
  } as OAuthConfig
}

export const secretsOf = ({ client_secret, apple }: ConfigInput): OAuthSecrets => {
  const p8_key = apple?.p8_key ?? apple?.private_key
  return { ...(client_secret !== undefined && { client_secret }), ...(p8_key !== undefined && { p8_key }) }
}

/** The issuer that is asked; empty where a provider has one for everybody. */
export const issuerOf = ({ okta, oidc }: OAuthConfig): string => okta?.issuer_url ?? oidc?.issuer_url ?? ''

/** Whose the subjects are; empty where a provider has one issuer for everybody. */
export const namespaceOf = (config: OAuthConfig): string => subjectsOf(issuerOf(config), config.oidc?.subject_claim)
