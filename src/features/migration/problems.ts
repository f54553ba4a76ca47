import { findPinnedProblem } from '../../core/issuer-keys/pinned-keys.ts'
import type { Deps } from '../../platform/deps.ts'
import type { JwtConfig, MigrationConfig } from './config.ts'
import { findIssuerProblem } from './issuers.ts'
import { audiencesOf, readingOf, type TokenReading } from './presets.ts'

const MAX_PINNED_CHARS = 32_768

/** What is wrong with a configuration besides its shape, naming the place: what is taken here can work. */
export function findConfigProblem(config: MigrationConfig, deps: Deps): string | undefined {
  const protocols = deps.config.allowPrivateHooks ? ['https:', 'http:'] : ['https:']
  const problem =
    config.mode === 'hook'
      ? problemOfUrl('session_validation_url', config.session_validation_url, protocols)
      : problemOfTokens(config, protocols, deps.now())
  return problem && `body.${problem}`
}

function problemOfTokens(config: JwtConfig, protocols: readonly string[], now: number): string | undefined {
  const reading = readingOf(config)
  const issuer = findIssuerProblem(config, protocols)
  if (issuer) return `issuer: ${issuer}`
  return (
    problemOfKeys(config, reading, protocols) ??
    problemOfCutOver(config, now) ??
    problemOfAudience(config, reading) ??
    problemOfRequired(config, reading)
  )
}

/** Documents that issuers publish beside their keys, and people take for them. */
const NO_KEY_SETS = [
  ['/.well-known/openid-configuration', 'is the discovery document, which names the key set as `jwks_uri`'],
  ['/.well-known/oauth-authorization-server', 'is the metadata document, which names the key set as `jwks_uri`'],
  ['/metadata/x509/', 'leads to certificates and no key set'],
] as const

function problemOfKeys(config: JwtConfig, { jwksUrl }: TokenReading, protocols: readonly string[]): string | undefined {
  const { jwks, jwks_url } = config
  if (jwks && jwks_url !== undefined) return 'jwks: is given beside jwks_url'
  if (jwks && JSON.stringify(jwks).length > MAX_PINNED_CHARS) return 'jwks: is longer than 32 KiB'
  if (jwks) {
    const problem = findPinnedProblem(jwks)
    return problem && `jwks.${problem}`
  }
  if (jwksUrl === undefined) return 'jwks_url: is required for this preset'
  const [, wrong] = NO_KEY_SETS.find(([part]) => URL.parse(jwksUrl)?.pathname.includes(part)) ?? []
  return wrong ? `jwks_url: ${wrong}` : problemOfUrl(jwks_url === undefined ? 'issuer' : 'jwks_url', jwksUrl, protocols)
}

function problemOfCutOver({ jwks, cut_over_at }: JwtConfig, now: number): string | undefined {
  if (cut_over_at === undefined) return jwks && 'cut_over_at: is required with jwks, which nobody can withdraw'
  return now < Date.parse(cut_over_at) ? undefined : 'cut_over_at: is over'
}

function problemOfAudience(config: JwtConfig, { recipient, issuer }: TokenReading): string | undefined {
  const audiences = audiencesOf(config)
  if (audiences.some(isPadded)) return 'audience: has white space around it'
  if (audiences.length === 0) return recipient.ofPages ? undefined : 'audience: is required for this preset'
  if (recipient.ofPages && !audiences.some(mayBePage))
    return 'audience: names no page; tokens of this preset have its origin, https://app.your-domain.com'
  const isFirebase = config.preset === 'firebase' && config.jwks_url === undefined
  if (isFirebase && !audiences.includes(issuer.slice(issuer.lastIndexOf('/') + 1)))
    return 'audience: is the project at the end of the issuer'
  return undefined
}

const isPadded = (text: string) => text.trim() !== text

/** A page is named by its origin. What is no URL may be anything. */
const mayBePage = (audience: string) => [undefined, audience].includes(URL.parse(audience)?.origin)

function problemOfRequired({ required_claims = {} }: JwtConfig, { required }: TokenReading): string | undefined {
  const clash = required.find(([path, values]) =>
    required.some(([other, others]) => other === path && !others.some((value) => values.includes(value))),
  )
  return clash && Object.hasOwn(required_claims, clash[0])
    ? `required_claims: leaves none of the tokens that this preset is for`
    : undefined
}

function problemOfUrl(member: string, url: string, protocols: readonly string[]): string | undefined {
  return protocols.includes(URL.parse(url)?.protocol ?? '') ? undefined : `${member}: is no https URL`
}
