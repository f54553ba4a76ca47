import { z } from 'zod'
import { open } from '../../core/access/open.ts'
import { originsOf } from '../../core/applications/application.ts'
import { listPublishedKeys } from '../../core/signing-keys/keyring.ts'
import type { KeyPurpose } from '../../core/signing-keys/tables.ts'
import { endpoint } from '../../platform/endpoint.ts'

const CACHE_CONTROL = { 'cache-control': 'public, max-age=300' } as const

const jwkSet = z
  .object({
    keys: z.array(
      z.object({
        kty: z.string(),
        kid: z.string(),
        use: z.literal('sig'),
        alg: z.string(),
        crv: z.string().optional(),
        x: z.string().optional(),
        y: z.string().optional(),
        n: z.string().optional(),
        e: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'JWKSet' })

const headers = {
  'cache-control': { description: 'May be cached; keys are published a day before their first use' },
} as const

const keySet = (path: string, operationId: string, summary: string, purposes: readonly KeyPurpose[]) =>
  endpoint({
    method: 'GET',
    path,
    audience: 'frontend',
    operationId,
    tag: 'Well-Known',
    summary,
    access: open,
    response: jwkSet,
    headers,
    failures: [],
    async handle({ app }, deps) {
      return { body: { keys: await listPublishedKeys(deps, app.id, purposes) }, headers: CACHE_CONTROL }
    },
  })

export const accessTokenKeys = keySet(
  '/.well-known/jwks.json',
  'getJWKSet',
  'Keys that verify access tokens, hook calls and webhooks',
  ['access_token', 'webhook'],
)

export const challengeTokenKeys = keySet(
  '/.well-known/step-up-jwks.json',
  'getStepUpJWKSet',
  'Keys that verify challenge tokens',
  ['challenge_token'],
)

export const serverMetadata = endpoint({
  method: 'GET',
  path: '/.well-known/oauth-authorization-server',
  audience: 'frontend',
  operationId: 'getAuthorizationServerMetadata',
  tag: 'Well-Known',
  summary: 'Authorization server metadata, RFC 8414',
  access: open,
  response: z
    .object({
      issuer: z.url(),
      jwks_uri: z.url(),
      token_endpoint: z.url(),
      revocation_endpoint: z.url(),
      response_types_supported: z.array(z.string()),
      grant_types_supported: z.array(z.string()),
      token_endpoint_auth_methods_supported: z.array(z.string()),
      code_challenge_methods_supported: z.array(z.string()),
      dpop_signing_alg_values_supported: z.array(z.string()),
    })
    .meta({ id: 'AuthorizationServerMetadata' }),
  headers,
  failures: [],
  async handle({ app, request }, deps) {
    const [origin = ''] = originsOf(app, deps.config, request.authority)
    return {
      headers: CACHE_CONTROL,
      body: {
        issuer: origin,
        jwks_uri: `${origin}/.well-known/jwks.json`,
        token_endpoint: `${origin}/v1/session/refresh`,
        revocation_endpoint: `${origin}/v1/session/revoke`,
        response_types_supported: [],
        grant_types_supported: ['refresh_token'],
        token_endpoint_auth_methods_supported: ['none'],
        code_challenge_methods_supported: ['S256'],
        dpop_signing_alg_values_supported: ['ES256', 'EdDSA'],
      },
    }
  },
})
