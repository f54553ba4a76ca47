import { importPublicJwk, type KeyObject } from '../../crypto/jwk.ts'
import { decodeJwt, judgeTimes, verifyJwt } from '../../crypto/jwt.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import type { JwtConfig } from './config.ts'
import { type LegacyOutcome, readLegacyUser } from './legacy-user.ts'
import { readingOf, type TokenReading } from './presets.ts'

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA']
const LEEWAY_SECONDS = 30
const FETCH_TIMEOUT_MS = 5_000
const MAX_JWKS_BYTES = 256 * 1024
const FRESH_MS = 600_000
const UNKNOWN_KID_MS = 30_000
const URLS_REMEMBERED = 1_000

interface KeySet {
  readonly keys: ReadonlyMap<string, KeyObject>
  readonly fetchedAt: number
}

/** Key sets of legacy issuers, ten minutes old at most; an unknown `kid` fetches anew, at most twice a minute. */
const keySets = resident((deps: Deps) => {
  const known = new Map<string, KeySet>()
  const underWay = new Map<string, Promise<KeySet | undefined>>()

  async function refetch(url: string): Promise<KeySet | undefined> {
    const keys = await fetchKeys(deps, url)
    if (!keys) return undefined
    const set = { keys, fetchedAt: deps.now() }
    if (known.size >= URLS_REMEMBERED) known.clear()
    known.set(url, set)
    return set
  }
  return async (url: string, kid: string): Promise<KeySet | undefined> => {
    const set = known.get(url)
    const age = set ? deps.now() - set.fetchedAt : Number.POSITIVE_INFINITY
    if (set && age < (set.keys.has(kid) ? FRESH_MS : UNKNOWN_KID_MS)) return set
    const fetching = underWay.get(url) ?? refetch(url).finally(() => underWay.delete(url))
    underWay.set(url, fetching)
    // An issuer that is down for a moment does not end migration while we hold its keys.
    return (await fetching) ?? set
  }
})

async function fetchKeys(deps: Deps, url: string): Promise<ReadonlyMap<string, KeyObject> | undefined> {
  const headers = { accept: 'application/json' }
  const answer = await deps.fetch({
    method: 'GET',
    url,
    headers,
    timeoutMs: FETCH_TIMEOUT_MS,
    maxBytes: MAX_JWKS_BYTES,
  })
  if (answer.kind === 'failed' || answer.status !== 200) return undefined
  try {
    const { keys } = JSON.parse(answer.body.toString('utf8')) as { keys: readonly { kid?: unknown }[] }
    const imported = keys.map((jwk) => [String(jwk.kid ?? ''), importPublicJwk(jwk)] as const)
    return new Map(imported.flatMap(([kid, key]) => (key ? [[kid, key] as const] : [])))
  } catch {
    return undefined
  }
}

/** Verify a legacy token by its issuer's published keys and read the user from its claims. RFC 7519 §7.2. */
export async function readLegacyToken(deps: Deps, config: JwtConfig, token: string): Promise<LegacyOutcome> {
  const reading = readingOf(config)
  const kid = decodeJwt(token)?.header.kid ?? ''
  if (typeof kid !== 'string' || !decodeJwt(token) || !reading.jwksUrl)
    return { kind: 'failed', reason: 'invalid_token' }
  const set = await keySets(deps)(reading.jwksUrl, kid)
  if (!set) return { kind: 'failed', reason: 'request_failed', legacyDown: true }
  const verified = verifyJwt(token, undefined, (wanted) => set.keys.get(wanted), ALGORITHMS)
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
  return Object.entries(reading.required).every(([claim, value]) => claims[claim] === value)
}

function userOf(claims: Record<string, unknown>, reading: TokenReading) {
  const email = find(claims, reading.email)
  const phone = find(claims, reading.phone_number)
  const emailVerified = isTrue(find(claims, reading.email_verified))
  const phoneVerified = reading.phoneAlwaysVerified || isTrue(find(claims, reading.phone_number_verified))
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

const isTrue = (value: unknown) => value === true || value === 'true'

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
