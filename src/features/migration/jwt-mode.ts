import { issuerKeys } from '../../core/issuer-keys/issuer-keys.ts'
import { decodeJwt, judgeTimes, verifyJwt } from '../../crypto/jwt.ts'
import type { Deps } from '../../platform/deps.ts'
import type { JwtConfig } from './config.ts'
import { type LegacyOutcome, readLegacyUser } from './legacy-user.ts'
import { readingOf, type TokenReading } from './presets.ts'

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA']
const LEEWAY_SECONDS = 30

/** Verify a legacy token by its issuer's published keys and read the user from its claims. RFC 7519 §7.2. */
export async function readLegacyToken(deps: Deps, config: JwtConfig, token: string): Promise<LegacyOutcome> {
  const reading = readingOf(config)
  const jwt = decodeJwt(token)
  const kid = jwt?.header.kid ?? ''
  if (!jwt || typeof kid !== 'string' || !reading.jwksUrl) return { kind: 'failed', reason: 'invalid_token' }
  const found = await issuerKeys(deps).find(reading.jwksUrl, kid)
  if (found.kind === 'unreachable') return { kind: 'failed', reason: 'request_failed', legacyDown: true }
  const verified = found.kind === 'found' && verifyJwt(token, undefined, () => found.key, ALGORITHMS)
  if (!verified || !isForUs(verified.claims, config, reading, deps.now()))
    return { kind: 'failed', reason: 'invalid_token' }
  return await readLegacyUser({ user: userOf(verified.claims, reading) })
}

function isForUs(claims: Record<string, unknown>, config: JwtConfig, reading: TokenReading, now: number): boolean {
  if (judgeTimes(claims, now, LEEWAY_SECONDS) !== 'ok' || claims.iss !== config.issuer) return false
  const audiences = [claims[reading.audienceClaim]].flat()
  if (reading.audienceRequired || config.audience !== undefined) {
    if (config.audience === undefined || !audiences.includes(config.audience)) return false
  }
  // A session in which somebody else acts as the user is not the user's to keep. RFC 8693 §4.1.
  if (claims.act !== undefined) return false
  if (Object.entries(reading.refused).some(([claim, value]) => claims[claim] === value)) return false
  return Object.entries(reading.required).every(([claim, value]) => claims[claim] === value)
}

function userOf(claims: Record<string, unknown>, reading: TokenReading) {
  const email = find(claims, reading.email)
  const phone = find(claims, reading.phone_number)
  const emailVerified = isTrue(claims, reading.email_verified)
  const phoneVerified = reading.phoneAlwaysVerified || isTrue(claims, reading.phone_number_verified)
  const profile = Object.entries(reading.profile).map(([member, path]) => [member, find(claims, path)] as const)
  return {
    external_id: find(claims, reading.external_id),
    identifiers: [
      ...(email ? [{ type: 'email_address', value: email, verified: emailVerified }] : []),
      ...(phone ? [{ type: 'phone_number', value: withPlus(String(phone)), verified: phoneVerified }] : []),
    ],
    profile: Object.fromEntries(profile.filter(([, value]) => value !== undefined && value !== null)),
  }
}

/** Some issuers write E.164 without its plus sign. */
const withPlus = (number: string) => (/^\d/.test(number) ? `+${number}` : number)

function isTrue(claims: Record<string, unknown>, path: string | undefined): boolean {
  const value = path === undefined ? undefined : find(claims, path)
  return value === true || value === 'true'
}

/** The claim of that name, or at that path. */
function find(claims: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  let value: unknown = claims
  for (const member of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, member)) return undefined
    value = (value as Record<string, unknown>)[member]
  }
  return value
}
