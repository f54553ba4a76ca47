import type { AuthorizationServer, JWKSCacheInput } from 'oauth4webapi'
import * as oauth from 'oauth4webapi'
import { newBoundedCache } from '../../crypto/bounded-cache.ts'
import { systemClock, unixSeconds } from '../../platform/clock.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { carrier, Unreachable } from './carry.ts'

const MAX_BYTES = 256 * 1024
const MAX_KEYS = 50
const URLS_REMEMBERED = 1_000
/** Keys are believed for so long when nobody answers for newer ones. */
const BELIEVED_MS = 3_600_000

interface KnownKeys {
  readonly jwks: { readonly keys: readonly object[] }
  /** By the monotonic clock. */
  readonly askedAt: number
  /** When the provider said so last: it is asked again, and its last word stays as old as it is. By the monotonic clock. */
  readonly answeredAt: number
}

/** The keys of providers, by the URL that they are published at. */
const knownKeys = resident(() => newBoundedCache<KnownKeys>(URLS_REMEMBERED))

/**
 * Verify the signature of an ID token that came with `response`. Keys are asked for again after five minutes, and for a key that is not known
 * once a minute; the last ones are kept while the provider is down. Throws what `oauth4webapi` throws, and `Unreachable`.
 */
export async function verifySignature(
  deps: Deps,
  server: AuthorizationServer,
  response: Response,
  options: { [oauth.allowInsecureRequests]: boolean },
): Promise<readonly object[]> {
  const known = knownKeys(deps)
  const url = server.jwks_uri ?? ''
  const before = known.find(url)
  const cache = cacheOf(deps, before)
  const was = cache.uat
  let answeredAt = before?.answeredAt ?? 0
  const fetching = async (...[called, request]: Parameters<ReturnType<typeof carrier>>) => {
    const fetched = await carrier(deps, MAX_BYTES)(called, request).catch(asOutcome)
    if (fetched instanceof Response && fetched.status === 200) {
      answeredAt = deps.monotonic()
      return await bounded(fetched)
    }
    if (before !== undefined && deps.monotonic() - before.answeredAt < BELIEVED_MS) return jsonResponse(before.jwks)
    if (fetched instanceof Unreachable) throw fetched
    return fetched
  }
  await oauth.validateApplicationLevelSignature(server, response, {
    ...options,
    [oauth.customFetch]: fetching,
    [oauth.jwksCache]: cache,
  })
  const { jwks, uat } = cache as unknown as Pick<KnownKeys, 'jwks'> & { uat?: number }
  if (uat !== undefined && uat !== was) known.insert(url, { jwks, askedAt: deps.monotonic(), answeredAt })
  return jwks.keys
}

function asOutcome(thrown: unknown): Unreachable {
  if (thrown instanceof Unreachable) return thrown
  throw thrown
}

/** As the library keeps it, in seconds of the system's clock: as old as it is by our own. */
function cacheOf(deps: Deps, known: KnownKeys | undefined): JWKSCacheInput & { uat?: number } {
  if (!known) return {}
  const ageSeconds = Math.floor((deps.monotonic() - known.askedAt) / 1000)
  return { jwks: known.jwks as never, uat: unixSeconds(systemClock()) - ageSeconds }
}

/** A list of keys that is not too long, without what would throw in the library: `key_ops` that are no list. RFC 7517 §4.3. */
async function bounded(response: Response): Promise<Response> {
  const { keys } = ((await response
    .clone()
    .json()
    .catch(() => ({}))) ?? {}) as { keys?: unknown }
  if (!Array.isArray(keys)) return response
  if (keys.length > MAX_KEYS) return new Response(null, { status: 502 })
  return new Response(JSON.stringify({ keys: keys.filter((key) => Array.isArray(key?.key_ops ?? [])) }), response)
}

const jsonResponse = (body: object) =>
  new Response(JSON.stringify(body), { status: 200, headers: { 'content-type': 'application/json' } })
