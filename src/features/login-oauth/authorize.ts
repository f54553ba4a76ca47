import { z } from 'zod'
import { accessFailure } from '../../core/access/failures.ts'
import { open } from '../../core/access/open.ts'
import { type Application, originsOf } from '../../core/applications/application.ts'
import { beginAttempt } from '../../core/attempts/attempt.ts'
import { readOAuthConfig } from '../../core/federation/config.ts'
import { findOAuthConfig } from '../../core/federation/config-store.ts'
import type { OAuthConfigRow } from '../../core/federation/tables.ts'
import { isListed } from '../../core/return-targets/target.ts'
import { encode } from '../../crypto/base64url.ts'
import { sha256 } from '../../crypto/hash.ts'
import { isCodeChallenge } from '../../crypto/pkce.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, type HttpRequest } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { networkOf } from '../../platform/limits/network.ts'
import { consumeLimit } from '../../platform/limits/store.ts'
import { settingsOf } from '../../platform/settings.ts'
import { type OAuthClient, openClient } from './client.ts'
import type { Binding } from './exchange.ts'
import { oauthSettings, START_WINDOW_SECONDS } from './settings.ts'
import { callbackPath, oauthFailure, params, TAG } from './wire.ts'

export const authorize = endpoint({
  method: 'POST',
  path: '/v1/session/login/oauth/{provider}/authorize',
  audience: 'frontend',
  operationId: 'oauthAuthorize',
  tag: TAG,
  summary: 'Begin a login by an identity provider. The browser goes on to the URL that is answered',
  access: open,
  params,
  body: z
    .object({
      redirect_uri: z.string().min(1).max(2_000).meta({
        description: 'Where the browser comes back to in the end, exactly as on the list of the application.',
      }),
      code_challenge: z
        .string()
        .refine(isCodeChallenge, 'is no S256 code challenge')
        .meta({ description: 'PKCE S256 code challenge; finalize with its verifier.' }),
      code_challenge_method: z.literal('S256').optional(),
      dispatch_id: z.string().max(64).optional().meta({ description: 'The identifier of the dispatch from the SDK.' }),
    })
    .meta({ id: 'OAuthAuthorizeRequest' }),
  response: z.object({ authorization_url: z.url() }).meta({ id: 'OAuthAuthorizeResponse' }),
  failures: [universal.bad_request, ...Object.values(oauthFailure), accessFailure.rate_limited, universal.overloaded],

  async handle({ app, params: { provider }, body, request, fail }, deps) {
    const row = await findOAuthConfig(deps.db, app.id, provider)
    if (!row) return fail(oauthFailure.oauth_provider_not_configured)
    if (!readOAuthConfig(row).enabled) return fail(oauthFailure.oauth_provider_disabled)
    if (!isListed(body.redirect_uri, app)) return fail(oauthFailure.invalid_redirect_uri)
    const login = {
      redirectUri: body.redirect_uri,
      codeChallenge: body.code_challenge,
      dispatchId: body.dispatch_id,
    }
    const begun = await beginLogin(deps, app, request, row, login)
    if (begun.kind === 'limited')
      return fail(accessFailure.rate_limited, { headers: { 'retry-after': String(START_WINDOW_SECONDS) } })
    if (begun.kind === 'unavailable') return fail(universal.overloaded, { headers: { 'retry-after': '30' } })
    return { body: { authorization_url: begun.url } }
  },
})

interface Login {
  readonly redirectUri: string
  readonly codeChallenge: string
  readonly dispatchId: string | undefined
}

type Begun = { kind: 'begun'; url: string } | { kind: 'limited' } | { kind: 'unavailable' }

async function beginLogin(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  row: OAuthConfigRow,
  { redirectUri, codeChallenge, dispatchId }: Login,
): Promise<Begun> {
  const limit = {
    name: 'oauth_starts',
    max: settingsOf(app, oauthSettings).starts_per_ip,
    windowSeconds: START_WINDOW_SECONDS,
  }
  const isAdmitted = await deps.transact((tx) => consumeLimit(tx, app.id, limit, networkOf(request.ip), deps.now()))
  if (!isAdmitted) return { kind: 'limited' }
  const opened = await openClient(deps, row)
  if (opened.kind === 'unavailable') {
    deps.log.warn({ app_id: app.id, provider: row.id, cause: opened.cause }, 'a provider cannot be used')
    return { kind: 'unavailable' }
  }
  const [origin = ''] = originsOf(app, deps.config, request.authority)
  const binding: Binding = {
    verifier: encode(deps.random(32)),
    nonce: encode(deps.random(16)),
    callbackUrl: origin + callbackPath(row.provider),
  }
  const state = await deps.transact((tx) =>
    beginAttempt(tx, deps, app.id, {
      kind: 'oauth',
      provider: row.provider,
      redirect_uri: redirectUri,
      code_challenge: codeChallenge,
      dispatch_id: dispatchId ?? null,
      secrets: { ...binding, configId: row.id },
    }),
  )
  return { kind: 'begun', url: authorizationUrl(opened.client, binding, state) }
}

/** RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core 1.0 §3.1.2.1. */
function authorizationUrl({ provider, config, server }: OAuthClient, binding: Binding, state: string): string {
  const url = new URL(server.authorization_endpoint)
  const scopes = new Set([...provider.scopes, ...config.scopes])
  const parameters = {
    response_type: 'code',
    client_id: config.client_id,
    redirect_uri: binding.callbackUrl,
    scope: [...scopes].join(' '),
    state,
    ...(provider.hasIdToken && { nonce: binding.nonce }),
    ...(provider.sendsPkce && { code_challenge: encode(sha256(binding.verifier)), code_challenge_method: 'S256' }),
    ...provider.authorizeWith,
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}
