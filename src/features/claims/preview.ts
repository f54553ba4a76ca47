import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { ACCESS_TOKEN_TYPE, describeAccess } from '../../core/sessions/access-token.ts'
import { describeDevice } from '../../core/sessions/device.ts'
import { sessionSettings } from '../../core/sessions/settings.ts'
import { newSession } from '../../core/sessions/start.ts'
import { findHolder } from '../../core/sessions/store/holders.ts'
import { findSigningKey } from '../../core/signing-keys/keyring.ts'
import { encode } from '../../crypto/base64url.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { settingsOf } from '../../platform/settings.ts'
import { common, PATH } from './wire.ts'

const LARGE_BYTES = 4 * 1024
/** In base64url. */
const SIGNATURE_CHARS = { EdDSA: 86, ES256: 86, RS256: 342 } as const

export const preview = endpoint({
  ...common,
  method: 'POST',
  permission: 'users:read',
  path: `${PATH}/preview`,
  operationId: 'previewClaimsMapping',
  audit: { none: 'it shows what a token would say, and issues none' },
  summary: 'Show what the access token of a user would say, had they logged in now, without a key, from where you call',
  body: z.object({ user_id: z.string().max(64) }).meta({ id: 'PreviewClaimsMappingRequest' }),
  response: z
    .object({
      claims: z.record(z.string(), z.unknown()),
      size_bytes: z.int().meta({ description: 'Of the whole token, signature included.' }),
      warning: z.string().optional(),
    })
    .meta({ id: 'PreviewClaimsMappingResponse' }),
  failures: [universal.invalid_request, notFound],

  async handle({ app, request, body: { user_id: userId }, fail }, deps) {
    const holder = (await findHolder(deps.db, app.id, userId)) ?? fail(notFound)
    const login = { userId, jkt: '', amr: [], authTime: deps.now(), device: describeDevice(app, request) }
    const session = {
      ...newSession(deps, app, login),
      ...holder,
      group_ids: holder.group_ids ?? '',
      granted_scopes: null,
    }
    const { claims, tooLarge } = await describeAccess(deps, app, request, session, encode(deps.random(16)))
    const { access_token_algorithm: alg } = settingsOf(app, sessionSettings)
    const { kid } = await findSigningKey(deps, app.id, 'access_token', alg)
    const parts = [{ alg, typ: ACCESS_TOKEN_TYPE, kid }, claims].map((part) => encode(JSON.stringify(part)).length)
    const size_bytes = parts.reduce((sum, chars) => sum + chars + 1, SIGNATURE_CHARS[alg])
    const warning = warningOf(size_bytes, tooLarge)
    return { body: { claims, size_bytes, ...(warning && { warning }) } }
  },
})

function warningOf(size: number, tooLarge: readonly string[]): string | undefined {
  if (tooLarge.length > 0) return `There is no room for ${tooLarge.join(', ')}: null stands in the token.`
  return size > LARGE_BYTES
    ? `The token is larger than ${LARGE_BYTES} bytes: many proxies refuse headers of more than 8 KiB.`
    : undefined
}
