import { z } from 'zod'

/** What every operation that opens or continues a session answers. */
export const sessionResponse = z
  .object({
    access_token: z.string(),
    expires_at: z.int().meta({ format: 'int64', description: 'Unix timestamp of when the access token expires.' }),
  })
  .meta({ id: 'SessionRefreshResponse' })

/** Headers of those answers, beside the refresh cookie. */
export const refreshTokenHeaders = {
  'Set-Cookie': {
    description: 'The refresh token cookie (cookie flow)',
    example: '__Host-refresh_{app_id}=abcde12345; Path=/; HttpOnly; Secure',
  },
  'X-Refresh-Token': { description: 'The refresh token (DPoP flow)' },
  'X-Refresh-Token-Expires-At': { description: 'The refresh token expiration time (DPoP flow)', format: 'date-time' },
  'DPoP-Nonce': { description: 'Server-issued DPoP nonce (RFC 9449)' },
} as const
