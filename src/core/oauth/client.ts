import * as oauth from 'oauth4webapi'
import { readEs256PrivateKey } from '../../crypto/ec-key.ts'
import { signJwt } from '../../crypto/jwt.ts'
import { systemClock, unixSeconds } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import type { OAuthConfig, OAuthSecrets } from '../federation/config.ts'
import type { Provider, ProviderOptions, ProviderServer } from './provider.ts'

/** This server as a client of a provider. */
export interface OAuthClient {
  readonly provider: Provider
  readonly config: Pick<OAuthConfig, 'scopes' | 'apple'>
  readonly options: ProviderOptions
  readonly secrets: OAuthSecrets
  readonly server: ProviderServer
}

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
