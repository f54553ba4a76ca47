import type { Claims } from './claims.ts'
import type { FederatedClaim } from './federated.ts'
import type { Recipient } from './recipient.ts'

export type ClaimValue = string | number | boolean

/** How a vendor takes a refresh token and gives new tokens for it. */
export type RefreshWire = 'oauth' | 'firebase' | 'supabase' | 'cognito'

/** What the tokens of one legacy system look like. Claim names as in `config.ts`. */
export interface Preset {
  readonly jwksUrl: string | undefined
  /** Whether tokens are encrypted with the secret, and name no issuer. */
  readonly isEncrypted: boolean
  /** Audiences that are the customer's own where the configuration names none. */
  readonly audiences: readonly string[]
  /** Audiences that the issuer puts beside the customer's own. */
  readonly audiencesBesides: readonly string[]
  readonly recipient: Pick<Recipient, 'ofPages' | 'sessionsCarry' | 'clientClaims' | 'byClient'>
  readonly external_id: (claims: Claims) => string
  readonly email: string
  /** Undefined: no address is proven. */
  readonly email_verified: string | undefined
  readonly phone_number: string
  readonly phone_number_verified: string | undefined
  readonly profile: Readonly<Record<string, string>>
  /** Claims that must have these values, or one of them. */
  readonly required: Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>
  /** Claims that must not have these values. */
  readonly refused: Readonly<Record<string, ClaimValue>>
  /** Whether a phone number in the token is always a proven one. */
  readonly phoneAlwaysVerified: boolean
  /** Whether phone numbers are E.164 but for the plus sign. */
  readonly phoneLacksPlus: boolean
  /** Accounts at identity providers, from claims that the vendor itself writes. */
  federated(claims: Claims): readonly FederatedClaim[]
  /** The session of which the token is a short-lived picture, and when that ends, Unix ms; undefined: it ends with the token. */
  session(claims: Claims): { readonly id: string; readonly endsAt: number } | undefined
  readonly tokenEndpoint: string | undefined
  readonly refreshWire: RefreshWire
}

/** What OpenID Connect says of an ID token. */
export const OIDC: Preset = {
  jwksUrl: undefined,
  isEncrypted: false,
  audiences: [],
  audiencesBesides: [],
  recipient: { ofPages: false },
  external_id: () => 'sub',
  email: 'email',
  email_verified: 'email_verified',
  phone_number: 'phone_number',
  phone_number_verified: 'phone_number_verified',
  profile: { first_name: 'given_name', last_name: 'family_name', name: 'name', picture: 'picture', locale: 'locale' },
  required: {},
  refused: {},
  phoneAlwaysVerified: false,
  phoneLacksPlus: false,
  federated: () => [],
  session: () => undefined,
  tokenEndpoint: undefined,
  refreshWire: 'oauth',
}
