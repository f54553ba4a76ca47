import * as oauth from 'oauth4webapi'
import { encode } from '../../crypto/base64url.ts'
import { sha256 } from '../../crypto/hash.ts'
import type { Deps } from '../../platform/deps.ts'
import { clientOf, type OAuthClient, serverOf } from './client.ts'
import type { Binding } from './exchange.ts'

export const newBinding = (deps: Deps, callbackUrl: string): Binding => ({
  verifier: encode(deps.random(32)),
  nonce: encode(deps.random(16)),
  callbackUrl,
})

/** Where a browser goes on to. `more`: parameters of this login alone. RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core 1.0 §3.1.2.1. */
export function authorizationUrl(
  { provider, config, options, server }: OAuthClient,
  binding: Binding,
  state: string,
  more: Readonly<Record<string, string>> = {},
): string {
  const url = new URL(server.authorization_endpoint)
  const scopes = new Set([...provider.scopes, ...config.scopes])
  const parameters = {
    response_type: 'code',
    client_id: options.clientId,
    redirect_uri: binding.callbackUrl,
    scope: [...scopes].join(' '),
    state,
    ...(provider.hasIdToken && { nonce: binding.nonce }),
    ...(provider.sendsPkce && { code_challenge: encode(sha256(binding.verifier)), code_challenge_method: 'S256' }),
    ...provider.authorizeWith,
    ...more,
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/** What a provider's page sends along with the browser when it is content. */
export interface AuthorizationAnswer {
  readonly state: string
  readonly code?: string | undefined
  readonly iss?: string | undefined
}

/** What `exchange` takes; undefined when it is no answer to a login of this state. RFC 6749 §4.1.2, RFC 9207 §2.4. */
export function validateAnswer(
  deps: Deps,
  client: OAuthClient,
  { state, code, iss }: AuthorizationAnswer,
  expectedState: string,
): URLSearchParams | undefined {
  if (!code) return undefined
  const given = new URLSearchParams({ state, code, ...(iss !== undefined && { iss }) })
  try {
    return oauth.validateAuthResponse(serverOf(client), clientOf(deps, client), given, expectedState)
  } catch {
    return undefined
  }
}
