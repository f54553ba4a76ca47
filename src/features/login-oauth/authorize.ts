import { z } from 'zod'
import { accessFailure } from '../../core/access/failures.ts'
import { open } from '../../core/access/open.ts'
import { readOAuthConfig } from '../../core/federation/config.ts'
import { findConnectionOfDomain, findOAuthConfig } from '../../core/federation/config-store.ts'
import { identifierFailure } from '../../core/identifiers/failures.ts'
import { normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { targetFailure } from '../../core/return-targets/failures.ts'
import { isListed } from '../../core/return-targets/target.ts'
import { isCodeChallenge } from '../../crypto/pkce.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { beginLogin, consumeStart } from './begin.ts'
import { START_WINDOW_SECONDS } from './settings.ts'
import { connectionFailure, oauthFailure, params, TAG } from './wire.ts'

const redirectUri = z
  .string()
  .min(1)
  .max(2_000)
  .meta({ description: 'Where the browser comes back to in the end, exactly as on the list of the application.' })

const common = {
  code_challenge: z
    .string()
    .refine(isCodeChallenge, 'is no S256 code challenge')
    .meta({ description: 'PKCE S256 code challenge; finalize with its verifier.' }),
  code_challenge_method: z.literal('S256').optional(),
  dispatch_id: z.string().max(64).optional().meta({ description: 'The identifier of the dispatch from the SDK.' }),
}

const response = z.object({ authorization_url: z.url() }).meta({ id: 'OAuthAuthorizeResponse' })

const retryLater = { headers: { 'retry-after': String(START_WINDOW_SECONDS) } }
const retrySoon = { headers: { 'retry-after': '30' } }

export const authorize = endpoint({
  method: 'POST',
  path: '/v1/session/login/oauth/{provider}/authorize',
  audience: 'frontend',
  operationId: 'oauthAuthorize',
  tag: TAG,
  summary: 'Begin a login by an identity provider. The browser goes on to the URL that is answered',
  access: open,
  params,
  body: z.object({ redirect_uri: redirectUri, ...common }).meta({ id: 'OAuthAuthorizeRequest' }),
  response,
  failures: [
    universal.bad_request,
    ...Object.values(oauthFailure),
    targetFailure.invalid_redirect_uri,
    accessFailure.rate_limited,
    universal.overloaded,
  ],

  async handle({ app, params: { provider }, body, request, fail }, deps) {
    const row = await findOAuthConfig(deps.db, app.id, provider)
    if (!row) return fail(oauthFailure.oauth_provider_not_configured)
    if (!readOAuthConfig(row).enabled) return fail(oauthFailure.oauth_provider_disabled)
    const { redirect_uri, code_challenge: codeChallenge, dispatch_id: dispatchId } = body
    if (!isListed(redirect_uri, app)) return fail(targetFailure.invalid_redirect_uri)
    const login = { redirectUri: redirect_uri, codeChallenge, dispatchId }
    const begun = await beginLogin(deps, app, request, row, login)
    if (begun.kind === 'limited') return fail(accessFailure.rate_limited, retryLater)
    if (begun.kind === 'unavailable') return fail(universal.overloaded, retrySoon)
    return { body: { authorization_url: begun.url } }
  },
})

const connectionId = z
  .string()
  .max(64)
  .regex(/^(oidc:)?ocon_[0-9a-z]+$/, 'must be the id of a connection, ocon_…')
  .transform((id) => id.replace('oidc:', ''))

const neither = z.never().optional()

export const authorizeByConnection = endpoint({
  method: 'POST',
  path: '/v1/session/login/oauth/authorize',
  audience: 'frontend',
  operationId: 'oauthEnterpriseAuthorize',
  tag: TAG,
  summary: 'Begin a login by a company’s own provider: the one of an e-mail address’s domain, or the one named',
  access: open,
  body: z
    .union([
      z.object({ ...common, redirect_uri: redirectUri.optional(), email: z.string().max(320), connection_id: neither }),
      z.object({ ...common, redirect_uri: redirectUri.optional(), connection_id: connectionId, email: neither }),
    ])
    .meta({ id: 'OAuthEnterpriseAuthorizeRequest' }),
  response,
  failures: [
    universal.bad_request,
    identifierFailure.invalid_identifier,
    targetFailure.invalid_redirect_uri,
    ...Object.values(connectionFailure),
    accessFailure.rate_limited,
    universal.overloaded,
  ],

  async handle({ app, body, request, fail }, deps) {
    const { email: written, code_challenge: codeChallenge, dispatch_id: dispatchId } = body
    const address =
      written === undefined ? undefined : await normaliseIdentifier({ type: 'email_address', value: written })
    if (written !== undefined && !address) return fail(identifierFailure.invalid_identifier)
    // Before anything is looked up: who asks for one company after the other would learn by any answer which are customers.
    if (!(await deps.transact((tx) => consumeStart(tx, deps, app, request))))
      return fail(accessFailure.rate_limited, retryLater)
    const domain = address?.value.split('@')[1] ?? ''
    const id = body.connection_id ?? (await findConnectionOfDomain(deps.db, app.id, domain))
    const row = id === undefined ? undefined : await findOAuthConfig(deps.db, app.id, id)
    if (!row && address) return fail(connectionFailure.oauth_no_connection_for_email)
    if (!row) return fail(connectionFailure.oauth_connection_not_configured)
    const config = readOAuthConfig(row)
    if (!config.enabled) return fail(connectionFailure.oauth_connection_disabled)
    const target = body.redirect_uri ?? config.enterprise?.default_redirect_uri
    if (target === undefined) return fail(universal.bad_request, { message: 'body.redirect_uri: is required' })
    if (!isListed(target, app)) return fail(targetFailure.invalid_redirect_uri)
    const expected = address && { email: address.value }
    const login = { redirectUri: target, codeChallenge, dispatchId, isCounted: true, ...expected }
    const begun = await beginLogin(deps, app, request, row, login)
    if (begun.kind === 'limited') return fail(accessFailure.rate_limited, retryLater)
    if (begun.kind === 'unavailable') return fail(universal.overloaded, retrySoon)
    return { body: { authorization_url: begun.url } }
  },
})
