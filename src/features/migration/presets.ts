import type { Claims } from './claims.ts'
import type { JwtConfig } from './config.ts'
import { issuersOf } from './issuers.ts'
import { type ClaimValue, OIDC, type Preset } from './preset.ts'
import type { Recipient } from './recipient.ts'
import { vendors } from './vendors.ts'

/** How the tokens of one issuer of a customer's are read and judged. */
export interface TokenReading extends Omit<Preset, 'audiences' | 'audiencesBesides' | 'recipient' | 'required'> {
  /** Undefined: tokens name none. */
  readonly issuer: string | undefined
  readonly recipient: Recipient
  /** Of the header, as `typ`; undefined: `JWT`, or none. */
  readonly tokenType: string | undefined
  /** Where a claim is found, and what it may be. */
  readonly required: readonly (readonly [path: string, values: readonly ClaimValue[]])[]
}

/** What the customer names as theirs. */
export const audiencesOf = ({ audience }: Pick<JwtConfig, 'audience'>): readonly string[] =>
  audience === undefined ? [] : [audience].flat()

/** The readings of a configuration, one for each of its issuers. */
export function readingsOf(config: JwtConfig): readonly TokenReading[] {
  const issuers = issuersOf(config)
  const presets = (issuers.length > 0 ? issuers : ['']).map((issuer): [string, Preset] => [
    issuer,
    { ...OIDC, ...vendors[config.preset](issuer) },
  ])
  const besides = presets.flatMap(([, { audiencesBesides }]) => audiencesBesides)
  return presets.map(([issuer, preset]) => readingOf(config, issuer, preset, besides))
}

/**
 * The preset's reading, with what the customer overrides. What the preset says of an address is said of the preset's claim: it does not hold for an
 * address from another claim, which users might write themselves.
 */
function readingOf(config: JwtConfig, issuer: string, preset: Preset, besides: readonly string[]): TokenReading {
  const { claims = {}, required_claims: ownRequired = {} } = config
  const { audiences, audiencesBesides: _, required, recipient, ...rest } = preset
  const own = audiencesOf(config)
  const { external_id } = claims
  return {
    ...rest,
    issuer: preset.isEncrypted ? undefined : issuer,
    jwksUrl: config.jwks || preset.isEncrypted ? undefined : (config.jwks_url ?? preset.jwksUrl),
    recipient: { ...recipient, own: own.length > 0 ? own : audiences, besides },
    tokenType: config.token_type,
    required: [required, ownRequired].flatMap((demanded) =>
      Object.entries(demanded).map(([path, value]) => [path, [value].flat()] as const),
    ),
    external_id: external_id === undefined ? preset.external_id : (_claims: Claims) => external_id,
    email: claims.email ?? preset.email,
    email_verified: proofOf(claims.email, claims.email_verified, preset.email_verified),
    phone_number: claims.phone_number ?? preset.phone_number,
    phone_number_verified: proofOf(claims.phone_number, claims.phone_number_verified, preset.phone_number_verified),
    phoneAlwaysVerified: preset.phoneAlwaysVerified && !claims.phone_number && !claims.phone_number_verified,
    phoneLacksPlus: preset.phoneLacksPlus && !claims.phone_number,
    profile: claims.profile ?? preset.profile,
    tokenEndpoint: config.refresh?.token_endpoint ?? preset.tokenEndpoint,
    // Whoever names an endpoint of their own means an OAuth one, but for stand-ins of those that speak otherwise.
    refreshWire: config.refresh?.token_endpoint && preset.refreshWire === 'cognito' ? 'oauth' : preset.refreshWire,
  }
}

const proofOf = (ownAddress: string | undefined, ownProof: string | undefined, preset: string | undefined) =>
  ownProof ?? (ownAddress === undefined ? preset : undefined)

/** Where keys are asked for, each once. */
export const keyUrlsOf = (config: JwtConfig): readonly string[] => [
  ...new Set(readingsOf(config).flatMap(({ jwksUrl }) => jwksUrl ?? [])),
]

/** Where refresh tokens go: by the first issuer that says so. */
export const refreshReadingOf = (config: JwtConfig): TokenReading | undefined =>
  config.refresh && readingsOf(config).find(({ tokenEndpoint }) => tokenEndpoint !== undefined)
