import type { JwtConfig, PRESETS } from './config.ts'

/** How the tokens of one legacy system are read. Claim names as in `config.ts`. */
export interface TokenReading {
  readonly jwksUrl: string | undefined
  /** The claim that names the audience. */
  readonly audienceClaim: string
  readonly audienceRequired: boolean
  readonly external_id: string
  readonly email: string
  /** Undefined: no address is proven. */
  readonly email_verified: string | undefined
  readonly phone_number: string
  readonly phone_number_verified: string | undefined
  readonly profile: Readonly<Record<string, string>>
  /** Claims that must have these values. */
  readonly required: Readonly<Record<string, string>>
  /** Claims that must not have these values. */
  readonly refused: Readonly<Record<string, string>>
  /** Whether a phone number in the token is always a proven one. */
  readonly phoneAlwaysVerified: boolean
}

const OIDC: TokenReading = {
  jwksUrl: undefined,
  audienceClaim: 'aud',
  audienceRequired: true,
  external_id: 'sub',
  email: 'email',
  email_verified: 'email_verified',
  phone_number: 'phone_number',
  phone_number_verified: 'phone_number_verified',
  profile: { first_name: 'given_name', last_name: 'family_name', name: 'name', picture: 'picture', locale: 'locale' },
  required: {},
  refused: {},
  phoneAlwaysVerified: false,
}

const wellKnown = (issuer: string) => `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`

const GOOGLE_KEYS = 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com'

const readings: Readonly<Record<(typeof PRESETS)[number], (issuer: string) => Partial<TokenReading>>> = {
  custom: () => ({}),
  auth0: (issuer) => ({ jwksUrl: wellKnown(issuer) }),
  // Session tokens carry no `aud`, and the address only where the customer adds it to the session claims. A pending session is no login yet.
  clerk: (issuer) => ({
    jwksUrl: wellKnown(issuer),
    audienceClaim: 'azp',
    audienceRequired: false,
    refused: { sts: 'pending' },
  }),
  // Firebase puts a phone number only after its code was entered.
  firebase: () => ({ jwksUrl: GOOGLE_KEYS, phoneAlwaysVerified: true }),
  supabase: (issuer) => ({
    jwksUrl: wellKnown(issuer),
    // `user_metadata` is written by the users themselves, so nothing in it proves an address.
    email_verified: 'app_metadata.email_verified',
    phone_number: 'phone',
    phone_number_verified: 'app_metadata.phone_verified',
    profile: { name: 'user_metadata.full_name', picture: 'user_metadata.avatar_url' },
  }),
  cognito: (issuer) => ({ jwksUrl: wellKnown(issuer), required: { token_use: 'id' } }),
}

/**
 * The reading of a configuration: the preset's, with what the customer overrides. What the preset says of an address being proven is said of
 * the preset's claim: it does not hold for an address from another claim, which users might write themselves.
 */
export function readingOf(config: JwtConfig): TokenReading {
  const preset = { ...OIDC, ...readings[config.preset](config.issuer) }
  const { claims = {} } = config
  return {
    ...preset,
    jwksUrl: config.jwks_url ?? preset.jwksUrl,
    external_id: claims.external_id ?? preset.external_id,
    email: claims.email ?? preset.email,
    email_verified: proofOf(claims.email, claims.email_verified, preset.email_verified),
    phone_number: claims.phone_number ?? preset.phone_number,
    phone_number_verified: proofOf(claims.phone_number, claims.phone_number_verified, preset.phone_number_verified),
    phoneAlwaysVerified: preset.phoneAlwaysVerified && !claims.phone_number && !claims.phone_number_verified,
    profile: claims.profile ?? preset.profile,
  }
}

const proofOf = (ownAddress: string | undefined, ownProof: string | undefined, preset: string | undefined) =>
  ownProof ?? (ownAddress === undefined ? preset : undefined)
