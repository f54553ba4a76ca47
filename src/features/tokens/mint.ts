import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { sessionSettings } from '../../core/sessions/settings.ts'
import { findSigningKey } from '../../core/signing-keys/keyring.ts'
import { encode } from '../../crypto/base64url.ts'
import { signJwt } from '../../crypto/jwt.ts'
import { rfc3339, unixSeconds } from '../../platform/clock.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { settingsOf } from '../../platform/settings.ts'

const MAX_LIFETIME_SECONDS = 86_400
const MAX_CLAIMS_BYTES = 8 * 1024

/** Not the type of an access token, so no endpoint of ours takes it for one. RFC 7519 §5.1. */
const TYPE = 'JWT'

const failure = failures({
  not_allowed_in_prod: ['forbidden', 'Tokens are minted in development only. This application is in production.'],
})

export const mint = endpoint({
  method: 'POST',
  path: '/v2/session/apps/{appID}/tokens',
  audience: 'management',
  operationId: 'mintToken',
  permission: 'tokens:mint',
  sudo: true,
  tag: 'Tokens',
  summary: 'Sign a token with claims of your own, in development, to test whoever verifies tokens',
  access: managementKey,
  params: z.object({ appID: z.string() }),
  body: z
    .object({
      claims: z
        .looseObject({ exp: z.int().min(0).optional() })
        .refine((claims) => Buffer.byteLength(JSON.stringify(claims)) <= MAX_CLAIMS_BYTES, 'is larger than 8 KiB')
        .meta({
          description:
            'Signed as they are. `exp`: 24 hours ahead when it is missing or later than that. `iat` and `jti` are added when missing.',
        }),
    })
    .meta({ id: 'MintTokenRequest' }),
  response: z.object({ token: z.string(), expires_at: z.iso.datetime() }).meta({ id: 'MintTokenResponse' }),
  status: 201,
  failures: [universal.invalid_request, failure.not_allowed_in_prod],

  async handle({ app, body, fail }, deps) {
    if (app.mode !== 'dev') return fail(failure.not_allowed_in_prod)
    const now = unixSeconds(deps.now())
    const latest = now + MAX_LIFETIME_SECONDS
    const exp = Math.min(body.claims.exp ?? latest, latest)
    const alg = settingsOf(app, sessionSettings).access_token_algorithm
    const { kid, key } = await findSigningKey(deps, app.id, 'development_token', alg)
    const claims = { iat: now, jti: encode(deps.random(16)), ...body.claims, exp }
    return { body: { token: signJwt({ alg, typ: TYPE, kid }, claims, key), expires_at: rfc3339(exp * 1000) } }
  },
})
