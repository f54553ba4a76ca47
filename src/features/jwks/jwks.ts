import { z } from 'zod'
import { open } from '../../core/access/open.ts'
import { sessionSettings } from '../../core/sessions/settings.ts'
import { findSigningKey, listPublishedKeys } from '../../core/signing-keys/keyring.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { settingsOf } from '../../platform/settings.ts'

export const CACHE_CONTROL = { 'cache-control': 'public, max-age=300' } as const

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

export const headers = {
  'cache-control': { description: 'May be cached; keys are published a day before their first use' },
} as const

/** In development a key of its own verifies minted tokens: no cache may carry it into production. */
const DEVELOPMENT_CACHE_CONTROL = { 'cache-control': 'no-store' } as const

const keySet = (operationId: string, path: string, summary: string) =>
  ({
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
  }) as const

export const accessTokenKeys = endpoint({
  ...keySet('getJWKSet', '/.well-known/jwks.json', 'Keys that verify access tokens, hook calls and webhooks'),
  async handle({ app }, deps) {
    const purposes = ['access_token', 'webhook'] as const
    if (app.mode !== 'dev') {
      return { body: { keys: await listPublishedKeys(deps, app.id, purposes) }, headers: CACHE_CONTROL }
    }
    // Made before the first token is minted, so that a verifier knows it by then.
    await findSigningKey(deps, app.id, 'development_token', settingsOf(app, sessionSettings).access_token_algorithm)
    const keys = await listPublishedKeys(deps, app.id, [...purposes, 'development_token'])
    return { body: { keys }, headers: DEVELOPMENT_CACHE_CONTROL }
  },
})

export const challengeTokenKeys = endpoint({
  ...keySet('getStepUpJWKSet', '/.well-known/step-up-jwks.json', 'Keys that verify challenge tokens'),
  async handle({ app }, deps) {
    const keys = await listPublishedKeys(deps, app.id, ['challenge_token'])
    return { body: { keys }, headers: CACHE_CONTROL }
  },
})
