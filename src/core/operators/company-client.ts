import type { Company } from '../../platform/config-company.ts'
import type { Deps } from '../../platform/deps.ts'
import type { OAuthClient } from '../oauth/client.ts'
import { discover } from '../oauth/discovery.ts'
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
  const found = await discover(deps, issuer, { sameOrigin: false })
  if (found.kind !== 'found') return { kind: 'unavailable', reason: `the issuer ${found.problem}` }
  const client = {
    provider: oidc,
    config: { scopes: [] },
    options: { clientId, issuerUrl: issuer },
    secrets: { client_secret: clientSecret },
    server: found.server,
  }
  return { kind: 'client', client }
}
