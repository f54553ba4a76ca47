import * as oauth from 'oauth4webapi'
import { type OAuthConfig, type OAuthSecrets, openOAuthSecrets, readOAuthConfig } from '../../core/federation/config.ts'
import type { OAuthConfigRow } from '../../core/federation/tables.ts'
import { readEs256PrivateKey } from '../../crypto/ec-key.ts'
import { signJwt } from '../../crypto/jwt.ts'
import { systemClock, unixSeconds } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { type Discovered, discover } from './discovery.ts'
import type { Provider, ProviderOptions, ProviderServer } from './provider.ts'
import { findProvider } from './providers.ts'

/** This server as a client of a provider, as an application has configured it. */
export interface OAuthClient {
  readonly provider: Provider
  readonly config: OAuthConfig
  readonly options: ProviderOptions
  readonly secrets: OAuthSecrets
  readonly server: ProviderServer
}

export type ClientOutcome =
  | { kind: 'client'; client: OAuthClient }
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

/** What a token may be signed with. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']

/** The provider as `oauth4webapi` knows it, with the issuer that its ID token must name. */
export const serverOf = ({ server }: OAuthClient, issuer = server.issuer): oauth.AuthorizationServer =>
  ({ ...server, issuer, id_token_signing_alg_values_supported: ALGORITHMS }) as oauth.AuthorizationServer

const LEEWAY_SECONDS = 60

/** This client as `oauth4webapi` knows it, on our clock. */
export const clientOf = (deps: Deps, { options }: OAuthClient): oauth.Client => ({
  client_id: options.clientId,
  [oauth.clockSkew]: unixSeconds(deps.now()) - unixSeconds(systemClock()),
  [oauth.clockTolerance]: LEEWAY_SECONDS,
})

const APPLE = 'https://appleid.apple.com'
const APPLE_SECRET_SECONDS = 300

/** How this client authenticates at the token endpoint. RFC 6749 §2.3.1. */
export function authenticationOf(deps: Deps, client: OAuthClient): oauth.ClientAuth {
  const { provider, secrets, server } = client
  const { client_secret: secret = '' } = secrets
  if (provider.clientAuthentication === 'apple') return oauth.ClientSecretPost(appleSecret(deps, client))
  if (provider.clientAuthentication === 'post') return oauth.ClientSecretPost(secret)
  const methods = server.token_endpoint_auth_methods_supported ?? []
  const chosen = methods.find((one) => one === 'client_secret_basic' || one === 'client_secret_post')
  return chosen === 'client_secret_post' ? oauth.ClientSecretPost(secret) : basic(secret)
}

/** RFC 6749 §2.3.1. Not all servers decode it, so nothing is escaped that a form would leave as it is; the library escapes hyphens, too. */
const basic =
  (secret: string): oauth.ClientAuth =>
  (_server, { client_id }, _body, headers) => {
    const credentials = [client_id, secret].map((one) => new URLSearchParams({ '': one }).toString().slice(1))
    headers.set('authorization', `Basic ${Buffer.from(credentials.join(':')).toString('base64')}`)
  }

/** Made for each exchange: those that are made ahead die twice a year, unnoticed. */
function appleSecret(deps: Deps, { config, options, secrets }: OAuthClient): string {
  const key = readEs256PrivateKey(secrets.p8_key ?? '')
  if (!key || !config.apple) throw new Error('a configuration of Apple has a key')
  const iat = unixSeconds(deps.now())
  const claims = { iss: config.apple.team_id, sub: options.clientId, aud: APPLE, iat, exp: iat + APPLE_SECRET_SECONDS }
  return signJwt({ alg: 'ES256', typ: 'JWT', kid: config.apple.key_id }, claims, key)
}
