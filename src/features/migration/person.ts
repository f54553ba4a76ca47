import { type Claims, findClaim } from './claims.ts'
import type { TokenReading } from './presets.ts'

/** The record that the claims of a token make. */
export function personOf(claims: Claims, reading: TokenReading) {
  const email = findClaim(claims, reading.email)
  const phone = findClaim(claims, reading.phone_number)
  const emailVerified = isTrue(claims, reading.email_verified)
  const phoneVerified = reading.phoneAlwaysVerified || isTrue(claims, reading.phone_number_verified)
  const profile = Object.entries(reading.profile).map(([member, path]) => [member, findClaim(claims, path)] as const)
  return {
    external_id: findClaim(claims, reading.external_id(claims)),
    identifiers: [
      ...(email ? [{ type: 'email_address', value: email, verified: emailVerified }] : []),
      ...(phone ? [{ type: 'phone_number', value: numberOf(phone, reading), verified: phoneVerified }] : []),
    ],
    oauth: reading.federated(claims),
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
