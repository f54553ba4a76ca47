import type { JwtConfig, PRESETS } from './config.ts'
import { issuerOf, wellKnownKeys } from './issuers.ts'
import type { Recipient } from './recipient.ts'

type ClaimValue = string | number | boolean

/** What the tokens of one legacy system look like. Claim names as in `config.ts`. */
interface Preset {
  readonly jwksUrl: string | undefined
  /** Audiences that the issuer puts beside the customer's own. */
  readonly audiencesBesides: readonly string[]
  /** See `Recipient.ofPages`. */
  readonly ofPages: boolean
  readonly external_id: string
  readonly email: string
  /** Undefined: no address is proven. */
  readonly email_verified: string | undefined
  readonly phone_number: string
  readonly phone_number_verified: string | undefined
  readonly profile: Readonly<Record<string, string>>
  /** Claims that must have these values. */
  readonly required: Readonly<Record<string, ClaimValue>>
  /** Claims that must not have these values. */
  readonly refused: Readonly<Record<string, ClaimValue>>
  /** Whether a phone number in the token is always a proven one. */
  readonly phoneAlwaysVerified: boolean
  /** Whether phone numbers are E.164 but for the plus sign. */
  readonly phoneLacksPlus: boolean
}

/** How the tokens of one customer are read and judged. */
export interface TokenReading extends Omit<Preset, 'audiencesBesides' | 'ofPages' | 'required'> {
  readonly issuer: string
  readonly recipient: Recipient
  /** Of the header, as `typ`; undefined: `JWT`, or none. */
  readonly tokenType: string | undefined
  /** Where a claim is found, and what it may be. */
  readonly required: readonly (readonly [path: string, values: readonly ClaimValue[]])[]
}

const OIDC: Preset = {
  jwksUrl: undefined,
  audiencesBesides: [],
  ofPages: false,
  external_id: 'sub',
  email: 'email',
  email_verified: 'email_verified',
  phone_number: 'phone_number',
  phone_number_verified: 'phone_number_verified',
  profile: { first_name: 'given_name', last_name: 'family_name', name: 'name', picture: 'picture', locale: 'locale' },
  required: {},
  refused: {},
  phoneAlwaysVerified: false,
  phoneLacksPlus: false,
}

const GOOGLE_KEYS = 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com'

const presets: Readonly<Record<(typeof PRESETS)[number], (issuer: string) => Partial<Preset>>> = {
  custom: () => ({}),
  // An access token for an API of the customer's is one for the user's own data at Auth0, too.
  auth0: (issuer) => ({ jwksUrl: wellKnownKeys(issuer), audiencesBesides: [`${issuer}userinfo`] }),
  // Session tokens carry no `aud`, and the address only where the customer adds it to the session claims. A pending session is no login yet.
  clerk: (issuer) => ({ jwksUrl: wellKnownKeys(issuer), ofPages: true, refused: { sts: 'pending' } }),
  // Firebase puts a phone number only after its code was entered.
  firebase: () => ({ jwksUrl: GOOGLE_KEYS, phoneAlwaysVerified: true }),
  supabase: (issuer) => ({
    jwksUrl: wellKnownKeys(issuer),
    // `user_metadata` is written by the users themselves, so nothing in it proves an address.
    email_verified: 'app_metadata.email_verified',
    phone_number: 'phone',
    phone_number_verified: 'app_metadata.phone_verified',
    phoneLacksPlus: true,
    profile: { name: 'user_metadata.full_name', picture: 'user_metadata.avatar_url' },
  }),
  cognito: (issuer) => ({ jwksUrl: wellKnownKeys(issuer), required: { token_use: 'id' } }),
}

/** What the customer names as theirs. */
export const audiencesOf = ({ audience }: Pick<JwtConfig, 'audience'>): readonly string[] =>
  audience === undefined ? [] : [audience].flat()

const presetOf = (name: JwtConfig['preset'], issuer: string): Preset => ({ ...OIDC, ...presets[name](issuer) })

/**
 * The reading of a configuration: the preset's, with what the customer overrides. What the preset says of an address is said of the preset's
 * claim: it does not hold for an address from another claim, which users might write themselves.
 */
export function readingOf(config: JwtConfig): TokenReading {
  const issuer = issuerOf(config.preset, config.issuer)
  const { audiencesBesides, ofPages, required, ...preset } = presetOf(config.preset, issuer)
  const { claims = {}, required_claims: ownRequired = {} } = config
  return {
    ...preset,
    issuer,
    jwksUrl: config.jwks ? undefined : (config.jwks_url ?? preset.jwksUrl),
    recipient: { own: audiencesOf(config), besides: audiencesBesides, ofPages },
    tokenType: config.token_type,
    required: [required, ownRequired].flatMap((claims) =>
      Object.entries(claims).map(([path, value]) => [path, [value].flat()] as const),
    ),
    external_id: claims.external_id ?? preset.external_id,
    email: claims.email ?? preset.email,
    email_verified: proofOf(claims.email, claims.email_verified, preset.email_verified),
    phone_number: claims.phone_number ?? preset.phone_number,
    phone_number_verified: proofOf(claims.phone_number, claims.phone_number_verified, preset.phone_number_verified),
    phoneAlwaysVerified: preset.phoneAlwaysVerified && !claims.phone_number && !claims.phone_number_verified,
    phoneLacksPlus: preset.phoneLacksPlus && !claims.phone_number,
    profile: claims.profile ?? preset.profile,
  }
}

const proofOf = (ownAddress: string | undefined, ownProof: string | undefined, preset: string | undefined) =>
  ownProof ?? (ownAddress === undefined ? preset : undefined)
