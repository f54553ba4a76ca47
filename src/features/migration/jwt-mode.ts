import { type IssuerVerdict, issuerKeys } from '../../core/issuer-keys/issuer-keys.ts'
import { verifyByPinned } from '../../core/issuer-keys/pinned-keys.ts'
import { readLegacyUser } from '../../core/legacy-users/legacy-user.ts'
import { SIGNATURE_ALGORITHMS } from '../../crypto/jws.ts'
import { type DecodedJwt, decodeJwt, hasType, judgeTimes } from '../../crypto/jwt.ts'
import type { Deps } from '../../platform/deps.ts'
import { type Claims, findClaim } from './claims.ts'
import type { JwtConfig } from './config.ts'
import type { LegacyOutcome } from './outcome.ts'
import { readingOf, type TokenReading } from './presets.ts'
import { isGivenToUs } from './recipient.ts'

const LEEWAY_SECONDS = 30

/** Verify a legacy token by its issuer's keys and read the user from its claims. RFC 7519 §7.2. */
export async function readLegacyToken(deps: Deps, config: JwtConfig, token: string): Promise<LegacyOutcome> {
  const now = deps.now()
  if (config.cut_over_at !== undefined && now >= Date.parse(config.cut_over_at))
    return { kind: 'failed', reason: 'not_configured' }
  const reading = readingOf(config)
  const jwt = decodeJwt(token)
  // What a token says against itself is certain whoever signed it: nobody's keys are asked for.
  if (!jwt || !isForUs(jwt, reading, now)) return { kind: 'failed', reason: 'invalid_token' }
  switch (await judge(deps, config, reading, jwt)) {
    case 'verified':
      return await readLegacyUser({ user: userOf(jwt.claims, reading) })
    case 'refused':
      return { kind: 'failed', reason: 'invalid_token' }
    case 'gone':
      return { kind: 'failed', reason: 'request_failed' }
    case 'unreachable':
      return { kind: 'failed', reason: 'request_failed', legacyDown: true }
  }
}

async function judge(
  deps: Deps,
  { jwks }: JwtConfig,
  { jwksUrl }: TokenReading,
  jwt: DecodedJwt,
): Promise<IssuerVerdict> {
  if (jwks) return verifyByPinned(jwks, jwt, SIGNATURE_ALGORITHMS)
  return jwksUrl === undefined ? 'refused' : await issuerKeys(deps).verify(jwksUrl, jwt, SIGNATURE_ALGORITHMS)
}

/** Whether a token, if it is genuine, is a session of the customer's own that is good now. */
export function isForUs(
  { header, claims }: Pick<DecodedJwt, 'header' | 'claims'>,
  reading: TokenReading,
  now: number,
): boolean {
  if (!isOfType(header, reading.tokenType) || isStatement(claims)) return false
  if (judgeTimes(claims, now, LEEWAY_SECONDS) !== 'ok' || claims.iss !== reading.issuer) return false
  if (!isGivenToUs(claims, reading.recipient)) return false
  if (Object.entries(reading.refused).some(([claim, value]) => claims[claim] === value)) return false
  return reading.required.every(([path, values]) => values.some((value) => findClaim(claims, path) === value))
}

/** Issuers sign other things than sessions: what those say of their type keeps them apart. RFC 8725 §3.11, §3.12. */
function isOfType(header: Claims, tokenType: string | undefined): boolean {
  if (tokenType !== undefined) return hasType(header, tokenType)
  return (header.typ ?? undefined) === undefined || hasType(header, 'JWT')
}

/**
 * A session in which somebody else acts as the user is not the user's to keep (RFC 8693 §4.1); and what tells of events, a logout say, is no session
 * (RFC 8417 §2.2).
 */
const isStatement = ({ act, events }: Claims): boolean =>
  act !== undefined || (typeof events === 'object' && events !== null)

function userOf(claims: Claims, reading: TokenReading) {
  const email = findClaim(claims, reading.email)
  const phone = findClaim(claims, reading.phone_number)
  const emailVerified = isTrue(claims, reading.email_verified)
  const phoneVerified = reading.phoneAlwaysVerified || isTrue(claims, reading.phone_number_verified)
  const profile = Object.entries(reading.profile).map(([member, path]) => [member, findClaim(claims, path)] as const)
  return {
    external_id: findClaim(claims, reading.external_id),
    identifiers: [
      ...(email ? [{ type: 'email_address', value: email, verified: emailVerified }] : []),
      ...(phone ? [{ type: 'phone_number', value: numberOf(phone, reading), verified: phoneVerified }] : []),
    ],
    profile: Object.fromEntries(profile.filter(([, value]) => value !== undefined && value !== null)),
  }
}

/** A number without its country is nobody's: which country was meant can only be guessed. */
function numberOf(phone: unknown, { phoneLacksPlus }: TokenReading): string {
  const number = String(phone)
  return phoneLacksPlus && /^\d/.test(number) ? `+${number}` : number
}

function isTrue(claims: Claims, path: string | undefined): boolean {
  const value = path === undefined ? undefined : findClaim(claims, path)
  return value === true || value === 'true'
}
