import type { Company } from '../../platform/config-company.ts'
import type { Deps } from '../../platform/deps.ts'
import { isWrittenAs, normaliseEmailAddress } from '../identifiers/identifier.ts'
import type { OAuthClient } from '../oauth/client.ts'
import { discover } from '../oauth/discovery.ts'
import type { FederatedAccount } from '../oauth/provider.ts'
import { google } from '../oauth/providers/google.ts'
import { oidc } from '../oauth/providers/oidc.ts'

/** What a host calls a company, for want of another name. */
export const companyName = ({ issuer }: Company): string => new URL(issuer).host

export type CompanyClient =
  | { readonly kind: 'client'; readonly client: OAuthClient }
  /** The reason is for the log. */
  | { readonly kind: 'unavailable'; readonly reason: string }

/** The console as a client of the company's provider. */
export async function openCompanyClient(
  deps: Deps,
  { issuer, clientId, clientSecret }: Company,
): Promise<CompanyClient> {
  const options = { clientId, issuerUrl: issuer }
  const common = { config: { scopes: [] }, options, secrets: { client_secret: clientSecret } }
  const constant = google.server(options)
  if (constant?.issuer === issuer) return { kind: 'client', client: { ...common, provider: google, server: constant } }
  const found = await discover(deps, issuer, { sameOrigin: false })
  return found.kind === 'found'
    ? { kind: 'client', client: { ...common, provider: oidc, server: found.server } }
    : { kind: 'unavailable', reason: `the issuer ${found.problem}` }
}

/** The provider is to see them log in, whatever session they have there: so that the proof is one. Google does neither. OpenID Connect Core 1.0 §3.1.2.1. */
export const newLogin = ({ provider }: OAuthClient): Readonly<Record<string, string>> =>
  provider === google ? {} : { prompt: 'login', max_age: '0' }

/**
 * The address that a company vouches for, in the form in which addresses are compared. One that could be another one's by how it is written is vouched for
 * by nobody; of Google the account must belong to the domain, too, for a private account may carry a company's address.
 */
export function verifiedEmailOf(
  { provider }: OAuthClient,
  { email, hostedDomain }: FederatedAccount,
): string | undefined {
  const value = email?.isVerified ? normaliseEmailAddress(email.value) : undefined
  if (!email || value === undefined || !isWrittenAs({ type: 'email_address', value }, email.value)) return undefined
  return provider === google && value.split('@')[1] !== hostedDomain ? undefined : value
}
