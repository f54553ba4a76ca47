import type { JwtConfig, PRESETS } from './config.ts'

/** How the tokens of one legacy system are read. Claim names as in `config.ts`. */
export interface TokenReading {
  readonly jwksUrl: string | undefined
  /** The claim that names the audience. */
  readonly audienceClaim: string
  readonly audienceRequired: boolean
  readonly external_id: string
  readonly email: string
  readonly email_verified: string
  readonly phone_number: string
  readonly phone_number_verified: string
  readonly profile: Readonly<Record<string, string>>
  /** Claims that must have these values. */
  readonly required: Readonly<Record<string, string>>
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
  phoneAlwaysVerified: false,
}

const wellKnown = (issuer: string) => `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`

const GOOGLE_KEYS = 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com'

const readings: Readonly<Record<(typeof PRESETS)[number], (issuer: string) => Partial<TokenReading>>> = {
  custom: () => ({}),
  auth0: (issuer) => ({ jwksUrl: wellKnown(issuer) }),
  // Session tokens carry no `aud`, and the address only where the customer adds it to the session claims.
  clerk: (issuer) => ({ jwksUrl: wellKnown(issuer), audienceRequired: false }),
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

/** The reading of a configuration: the preset's, with what the customer overrides. */
export function readingOf(config: JwtConfig): TokenReading {
  const { profile, ...claims } = config.claims ?? {}
  const preset = { ...OIDC, ...readings[config.preset](config.issuer) }
  const overridden = Object.fromEntries(Object.entries(claims).filter(([, path]) => path !== undefined))
  return {
    ...preset,
    ...(overridden as Partial<TokenReading>),
    jwksUrl: config.jwks_url ?? preset.jwksUrl,
    profile: profile ?? preset.profile,
  }
}
