import { type OAuthConfig, openOAuthSecrets, readOAuthConfig } from '../../core/federation/config.ts'
import type { OAuthConfigRow } from '../../core/federation/tables.ts'
import type { OAuthClient } from '../../core/oauth/client.ts'
import { type Discovered, discover } from '../../core/oauth/discovery.ts'
import type { Provider, ProviderOptions } from '../../core/oauth/provider.ts'
import { findProvider } from '../../core/oauth/providers.ts'
import type { Deps } from '../../platform/deps.ts'

/** This server as a client of a provider, as an application has configured it. */
export interface ConfiguredClient extends OAuthClient {
  readonly config: OAuthConfig
}

export type ClientOutcome =
  | { kind: 'client'; client: ConfiguredClient }
  /** `cause`: for the log. */
  | { kind: 'unavailable'; cause: string }

export const optionsOf = ({ client_id, okta, oidc, microsoft }: OAuthConfig): ProviderOptions => ({
  clientId: client_id,
  issuerUrl: okta?.issuer_url ?? oidc?.issuer_url,
  tenant: microsoft?.tenant,
  subjectClaim: oidc?.subject_claim,
})

/**
 * What stands for a configuration in the redirect URI that its provider gets. A server that a company brings along gets one of its own: by one that
 * they shared it would be shown the codes of another company's people. RFC 9700 §4.4.
 */
export function returnNameOf(row: OAuthConfigRow): string {
  const provider = findProvider(row.provider)
  const options = optionsOf(readOAuthConfig(row))
  const isProviders = provider.server(options) !== undefined || provider.ownIssuers?.test(options.issuerUrl ?? '')
  return isProviders ? row.provider : row.id
}

export async function openClient(deps: Deps, row: OAuthConfigRow): Promise<ClientOutcome> {
  const provider = findProvider(row.provider)
  const config = readOAuthConfig(row)
  const options = optionsOf(config)
  const secrets = openOAuthSecrets(deps, row)
  if (!secrets) return { kind: 'unavailable', cause: 'its secrets do not open with this master key' }
  const constant = provider.server(options)
  if (constant) return { kind: 'client', client: { provider, config, options, secrets, server: constant } }
  const discovered = await discoverFor(deps, provider, options)
  return discovered.kind === 'found'
    ? { kind: 'client', client: { provider, config, options, secrets, server: discovered.server } }
    : { kind: 'unavailable', cause: `its issuer ${discovered.problem}` }
}

/** Okta is asked to name its own endpoints alone; others may have theirs anywhere. */
const discoverFor = (deps: Deps, { name }: Provider, { issuerUrl = '' }: ProviderOptions): Promise<Discovered> =>
  discover(deps, issuerUrl, { sameOrigin: name === 'okta' })
