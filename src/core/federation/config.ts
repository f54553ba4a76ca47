import { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import { sealing } from '../../platform/key-set.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { otpSettings } from '../verifications/limits.ts'
import type { HolderPolicy } from './holder.ts'
import type { FederatedIdentityRow, OAuthConfigRow } from './tables.ts'

/** What an identity provider, or a kind of them, is called: in paths, and by whoever configures it. */
export const providerName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and -')

/** As it is stored. */
export const oauthConfigShape = z.object({
  type: z.enum(['personal', 'enterprise']),
  client_id: z.string(),
  enabled: z.boolean(),
  scopes: z.array(z.string()),
  granted_scopes: z.array(z.string()),
  options: z.object({
    use_email_as_identifier: z.boolean(),
    allow_email_account_merge: z.boolean(),
    verify_email: z.boolean(),
  }),
  apple: z.object({ team_id: z.string(), key_id: z.string() }).optional(),
  okta: z.object({ issuer_url: z.string() }).optional(),
  microsoft: z.object({ tenant: z.string() }).optional(),
  oidc: z.object({ issuer_url: z.string(), subject_claim: z.string() }).optional(),
  enterprise: z
    .object({ email_domain_allowlist: z.array(z.string()), default_redirect_uri: z.string().optional() })
    .optional(),
})

const secretsShape = z.object({ client_secret: z.string().optional(), p8_key: z.string().optional() })

/** How an application logs in by a provider, but for the secrets. */
export type OAuthConfig = z.output<typeof oauthConfigShape>
export type OAuthSecrets = z.output<typeof secretsShape>

export const readOAuthConfig = (row: Pick<OAuthConfigRow, 'config'>): OAuthConfig =>
  oauthConfigShape.parse(JSON.parse(row.config))

export const secretsBox = sealing('oauth-secrets')

export const sealOAuthSecrets = (deps: Deps, appId: string, id: string, secrets: OAuthSecrets): string =>
  secretsBox.seal(deps, `${appId}/${id}`, JSON.stringify(secrets))

/** Undefined when they were sealed with another master key. */
export function openOAuthSecrets(deps: Deps, { app_id, id, sealed_secrets }: OAuthConfigRow): OAuthSecrets | undefined {
  const opened = secretsBox.open(deps, `${app_id}/${id}`, sealed_secrets)
  return opened && secretsShape.parse(JSON.parse(opened.toString('utf8')))
}

/**
 * Whether an account logs in by a provider as it is configured now: that is there and enabled, of the issuer of the account and, of a company's own,
 * for the domain of the address that it said last.
 */
export function logsIn(
  row: OAuthConfigRow | undefined,
  { issuer, email }: Pick<FederatedIdentityRow, 'issuer' | 'email'>,
): boolean {
  if (!row || row.issuer !== issuer) return false
  const { enabled, enterprise } = readOAuthConfig(row)
  return enabled && (!enterprise || enterprise.email_domain_allowlist.includes(email?.split('@')[1] ?? ''))
}

/** What a configuration lets accounts at its provider do. */
export function policyOf(app: Application, { type, options }: OAuthConfig): HolderPolicy {
  return {
    usesEmail: options.use_email_as_identifier,
    merges: options.allow_email_account_merge,
    // A company vouches for its people itself.
    asksForCode: type === 'personal' && options.verify_email,
    existingOnly: false,
    reclaim: settingsOf(app, otpSettings).reclaim,
  }
}
