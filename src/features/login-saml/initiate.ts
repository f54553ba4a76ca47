import { z } from 'zod'
import { accessFailure } from '../../core/access/failures.ts'
import { open } from '../../core/access/open.ts'
import type { Application } from '../../core/applications/application.ts'
import { identifierFailure } from '../../core/identifiers/failures.ts'
import { normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { targetFailure } from '../../core/return-targets/failures.ts'
import { isListed } from '../../core/return-targets/target.ts'
import { beginSamlLogin } from '../../core/saml-connections/begin.ts'
import { SAML_PATH, type SamlConnection } from '../../core/saml-connections/connection.ts'
import { findConnectionAt, resolveConnection } from '../../core/saml-connections/resolve.ts'
import { isCodeChallenge } from '../../crypto/pkce.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { consumeStart, retryLater } from './settings.ts'
import { connectionParams, samlFailure, TAG } from './wire.ts'

const start = z.object({
  redirect_uri: z
    .string()
    .min(1)
    .max(2_000)
    .optional()
    .meta({
      description:
        'Where the browser comes back to in the end, exactly as on the list of the application. Default: that of the connection.',
      examples: ['https://www.shop.example/signed-in'],
    }),
  code_challenge: z
    .string()
    .refine(isCodeChallenge, 'is no S256 code challenge')
    .meta({
      description: 'PKCE S256 code challenge; finalize with its verifier.',
      examples: ['E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
    }),
  code_challenge_method: z.literal('S256').optional(),
  dispatch_id: z
    .string()
    .max(64)
    .optional()
    .meta({
      description: 'The identifier of the dispatch from the SDK.',
      examples: ['123e4567-e89b-12d3-a456-426614174000'],
    }),
})

const response = z
  .object({
    redirect_url: z.url().meta({
      description: 'The identity provider, with the request that it answers.',
      examples: [
        'https://acme.okta.com/app/abc/sso/saml?SAMLRequest=fZJRT8IwFIX&RelayState=_hAJ3qkBhp1m5Yw6rKq0Qe0m7uFvX2cTnS8dLzR9tEoI',
      ],
    }),
  })
  .meta({ id: 'SAMLInitiateResponse' })

const common = { method: 'GET', audience: 'frontend', tag: TAG, access: open, response } as const
const refusals = [universal.bad_request, targetFailure.invalid_redirect_uri, accessFailure.rate_limited] as const

export const initiateByEmail = endpoint({
  ...common,
  path: `${SAML_PATH}/initiate`,
  operationId: 'samlInitiateByEmail',
  summary: 'Begin a login by the company of an e-mail address. The browser goes on to the URL that is answered',
  query: start.extend({
    email: z
      .string()
      .min(1)
      .max(320)
      .meta({
        description: 'An address of whoever logs in: its domain names the company.',
        examples: ['jane@acme.com'],
      }),
  }),
  failures: [...refusals, identifierFailure.invalid_identifier, samlFailure.saml_no_connection_for_email],

  async handle({ app, query, request, fail }, deps) {
    const address = await normaliseIdentifier({ type: 'email_address', value: query.email })
    if (!address) return fail(identifierFailure.invalid_identifier)
    // Before anything is looked up: who asks for one company after the other would learn by any answer which are customers.
    if (!(await deps.transact((tx) => consumeStart(tx, deps, app, request.ip))))
      return fail(accessFailure.rate_limited, retryLater)
    const connection = await resolveConnection(deps.db, app.id, address)
    if (!connection) return fail(samlFailure.saml_no_connection_for_email)
    const begun = await begin(deps, app, connection, query)
    return begun.kind === 'begun' ? { body: { redirect_url: begun.url } } : fail(begun.failure, begun.extra)
  },
})

export const initiateByConnection = endpoint({
  ...common,
  path: `${SAML_PATH}/{provider_id}/{connection_id}/initiate`,
  operationId: 'samlInitiate',
  summary: 'Begin a login by one connection. The browser goes on to the URL that is answered',
  params: connectionParams,
  query: start,
  failures: [...refusals, samlFailure.saml_connection_not_configured, samlFailure.saml_connection_disabled],

  async handle({ app, params, query, request, fail }, deps) {
    const connection = await findConnectionAt(deps.db, app.id, params)
    if (!connection) return fail(samlFailure.saml_connection_not_configured)
    if (!connection.config.enabled) return fail(samlFailure.saml_connection_disabled)
    if (!(await deps.transact((tx) => consumeStart(tx, deps, app, request.ip))))
      return fail(accessFailure.rate_limited, retryLater)
    const begun = await begin(deps, app, connection, query)
    return begun.kind === 'begun' ? { body: { redirect_url: begun.url } } : fail(begun.failure, begun.extra)
  },
})

type Begun =
  | { kind: 'begun'; url: string }
  | { kind: 'failed'; failure: (typeof refusals)[number]; extra?: { message: string } }

async function begin(
  deps: Deps,
  app: Application,
  connection: SamlConnection,
  { redirect_uri, code_challenge: codeChallenge, dispatch_id: dispatchId }: z.output<typeof start>,
): Promise<Begun> {
  const redirectUri = redirect_uri ?? connection.config.behavior.default_redirect_uri
  if (redirectUri === undefined) {
    const extra = { message: 'query.redirect_uri: is required, for the connection has no default' }
    return { kind: 'failed', failure: universal.bad_request, extra }
  }
  if (!isListed(redirectUri, app)) return { kind: 'failed', failure: targetFailure.invalid_redirect_uri }
  const url = await beginSamlLogin(deps, app.id, connection, { redirectUri, codeChallenge, dispatchId })
  return { kind: 'begun', url }
}
