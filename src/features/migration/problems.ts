import { findPinnedProblem } from '../../core/issuer-keys/pinned-keys.ts'
import type { Deps } from '../../platform/deps.ts'
import type { JwtConfig, MigrationConfig } from './config.ts'
import { findIssuerProblem, issuersOf } from './issuers.ts'
import { audiencesOf, keyUrlsOf, readingsOf, refreshReadingOf, type TokenReading } from './presets.ts'
import { type MigrationSecrets, secretBytes } from './secrets.ts'

const MAX_PINNED_CHARS = 32_768

/** What is wrong with a configuration besides its shape, naming the place: what is taken here can work. */
export function findConfigProblem(config: MigrationConfig, secrets: MigrationSecrets, deps: Deps): string | undefined {
  const protocols = deps.config.allowPrivateHooks ? ['https:', 'http:'] : ['https:']
  const problem =
    config.mode === 'hook'
      ? problemOfUrl('session_validation_url', config.session_validation_url, protocols)
      : problemOfTokens(config, secrets, protocols, deps.now())
  return problem && `body.${problem}`
}

function problemOfTokens(
  config: JwtConfig,
  secrets: MigrationSecrets,
  protocols: readonly string[],
  now: number,
): string | undefined {
  const issuer = problemOfIssuers(config, protocols)
  if (issuer) return `issuer: ${issuer}`
  // What is judged of it is the same for each issuer.
  const reading = readingsOf(config)[0] as TokenReading
  return (
    problemOfSecret(config, secrets) ??
    problemOfKeys(config, secrets, protocols) ??
    problemOfCutOver(config, now) ??
    problemOfAudience(config, reading) ??
    problemOfRequired(config, reading) ??
    problemOfGrace(config) ??
    problemOfRefresh(config, protocols)
  )
}

function problemOfIssuers({ preset, issuer = [] }: JwtConfig, protocols: readonly string[]): string | undefined {
  const issuers = [issuer].flat()
  if (preset === 'authjs') return issuers.length > 0 ? 'is named by no token of this preset' : undefined
  if (issuers.length === 0) return 'is required for this preset'
  for (const one of issuers) {
    const problem = findIssuerProblem({ preset, issuer: one }, protocols)
    if (problem) return problem
  }
  return undefined
}

const MIN_SECRET_BYTES = 32

/** RFC 7518 §3.2. */
function problemOfSecret(config: JwtConfig, { secret }: MigrationSecrets): string | undefined {
  if (secret === undefined) return config.preset === 'authjs' ? 'secret: is required for this preset' : undefined
  const bytes = secretBytes(secret, config)
  if (!bytes) return 'secret: is no base64'
  return bytes.byteLength < MIN_SECRET_BYTES ? 'secret: is shorter than 32 bytes' : undefined
}

/** Documents that issuers publish beside their keys, and people take for them. Below the first Duende has its keys, as `jwks`. */
const NO_KEY_SETS = [
  ['/.well-known/openid-configuration', 'is the discovery document, which names the key set as `jwks_uri`'],
  ['/.well-known/oauth-authorization-server', 'is the metadata document, which names the key set as `jwks_uri`'],
] as const

function wrongDocument(url: string): string | undefined {
  const path = URL.parse(url)?.pathname ?? ''
  return path.endsWith('/jwks') ? undefined : NO_KEY_SETS.find(([part]) => path.includes(part))?.[1]
}

function problemOfKeys(
  config: JwtConfig,
  { secret }: MigrationSecrets,
  protocols: readonly string[],
): string | undefined {
  const { jwks, jwks_url } = config
  if (jwks && jwks_url !== undefined) return 'jwks: is given beside jwks_url'
  if (jwks && JSON.stringify(jwks).length > MAX_PINNED_CHARS) return 'jwks: is longer than 32 KiB'
  if (jwks) {
    const problem = findPinnedProblem(jwks)
    return problem && `jwks.${problem}`
  }
  const urls = keyUrlsOf(config)
  if (urls.length === 0) return secret === undefined ? 'jwks_url: is required for this preset' : undefined
  for (const url of urls) {
    const wrong = wrongDocument(url)
    const problem = wrong
      ? `jwks_url: ${wrong}`
      : problemOfUrl(jwks_url === undefined ? 'issuer' : 'jwks_url', url, protocols)
    if (problem) return problem
  }
  return undefined
}

function problemOfCutOver({ jwks, cut_over_at }: JwtConfig, now: number): string | undefined {
  if (cut_over_at === undefined) return jwks && 'cut_over_at: is required with jwks, which nobody can withdraw'
  return now < Date.parse(cut_over_at) ? undefined : 'cut_over_at: is over'
}

function problemOfAudience(config: JwtConfig, { recipient }: TokenReading): string | undefined {
  const audiences = audiencesOf(config)
  if (audiences.some(isPadded)) return 'audience: has white space around it'
  if (recipient.own.length === 0)
    return recipient.sessionsCarry === undefined ? 'audience: is required for this preset' : undefined
  if (recipient.ofPages && !audiences.some(mayBePage))
    return 'audience: names no page; tokens of this preset have its origin, https://app.your-domain.com'
  const isFirebase = config.preset === 'firebase' && config.jwks_url === undefined
  const projects = issuersOf(config).map((issuer) => issuer.slice(issuer.lastIndexOf('/') + 1))
  if (isFirebase && !projects.every((project) => audiences.includes(project)))
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

function problemOfGrace({ expired_grace_seconds: seconds = 0, issued_before }: JwtConfig): string | undefined {
  return seconds > 0 && issued_before === undefined
    ? 'issued_before: is required with expired_grace_seconds: it is when you switch over'
    : undefined
}

/** Whose token endpoints know a client by a key of the project alone. */
const BY_API_KEY = ['firebase', 'supabase']

function problemOfRefresh(config: JwtConfig, protocols: readonly string[]): string | undefined {
  const { preset, refresh } = config
  if (!refresh) return undefined
  if (preset === 'authjs') return 'refresh: this preset has no refresh tokens'
  const reading = refreshReadingOf(config)
  if (reading?.tokenEndpoint === undefined) return 'refresh.token_endpoint: is required for this preset'
  const isByKey = BY_API_KEY.includes(reading.refreshWire)
  if (isByKey && refresh.api_key === undefined) return 'refresh.api_key: is required for this preset'
  if (!isByKey && refresh.client_id === undefined) return 'refresh.client_id: is required for this preset'
  return problemOfUrl('refresh.token_endpoint', reading.tokenEndpoint, protocols)
}

function problemOfUrl(member: string, url: string, protocols: readonly string[]): string | undefined {
  return protocols.includes(URL.parse(url)?.protocol ?? '') ? undefined : `${member}: is no https URL`
}
