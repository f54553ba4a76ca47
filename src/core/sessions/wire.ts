import { z } from 'zod'
import { rfc3339 } from '../../platform/clock.ts'
import type { SessionRow } from './tables.ts'

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

/** A session as its user and its application's backend see it. */
export const sessionView = z
  .object({
    id: z.string(),
    device_model: z.string(),
    device_type: z.enum(['desktop', 'mobile', 'tablet', 'unknown']),
    os_version: z.string(),
    country_code: z.string().meta({ description: 'ISO 3166-1 alpha-2; `ZZ` when unknown.' }),
    created_at: z.iso.datetime(),
    last_seen_at: z.iso.datetime().meta({ description: 'The last refresh.' }),
    expires_at: z.iso.datetime().meta({ description: 'When the session ends if it is not refreshed.' }),
  })
  .meta({ id: 'SessionView' })

export const viewSession = (row: SessionRow) => ({
  id: row.id,
  device_model: row.device_model,
  device_type: row.device_type as z.input<typeof sessionView>['device_type'],
  os_version: row.os_version,
  country_code: row.country_code,
  created_at: rfc3339(row.created_at),
  last_seen_at: rfc3339(row.last_seen_at),
  expires_at: rfc3339(Math.min(row.idle_expires_at, row.expires_at)),
})
