import { decodeJson } from '../../crypto/json.ts'
import { importPublicJwk, type KeyObject } from '../../crypto/jwk.ts'
import { type Deps, resident } from '../../platform/deps.ts'

const FETCH_TIMEOUT_MS = 5_000
const MAX_JWKS_BYTES = 256 * 1024
const FRESH_MS = 600_000
const PAUSE_MS = 30_000
const PAUSE_WHEN_DOWN_MS = 10_000
const URLS_REMEMBERED = 1_000

type Keys = ReadonlyMap<string, KeyObject>

interface KeySet {
  /** By `kid`, which is empty for a key without. */
  readonly keys: Keys
  /** Whether the last try to fetch them failed. */
  readonly down: boolean
  readonly freshUntil: number
  /** Not asked for again before. */
  readonly pausedUntil: number
}

export type KeyOutcome =
  | { kind: 'found'; key: KeyObject }
  | { kind: 'unknown' }
  /** The issuer cannot be asked, so nobody can say whether it has such a key. */
  | { kind: 'unreachable' }

/**
 * The public keys of other issuers, by the URL they are published at and their `kid`. A key set is ten minutes old at most; an unknown
 * `kid` fetches it anew, at most twice a minute. An issuer that is down is asked every ten seconds, and its last keys hold meanwhile.
 */
export const issuerKeys = resident((deps: Deps) => {
  const known = new Map<string, KeySet>()
  const underWay = new Map<string, Promise<KeySet>>()

  async function refetch(url: string): Promise<KeySet> {
    const keys = await fetchKeys(deps, url)
    const now = deps.monotonic()
    const set = keys
      ? { keys, down: false, freshUntil: now + FRESH_MS, pausedUntil: now + PAUSE_MS }
      : { keys: known.get(url)?.keys ?? NONE, down: true, freshUntil: 0, pausedUntil: now + PAUSE_WHEN_DOWN_MS }
    if (known.size >= URLS_REMEMBERED && !known.has(url)) known.clear()
    known.set(url, set)
    return set
  }
  return {
    async find(url: string, kid: string): Promise<KeyOutcome> {
      const set = known.get(url)
      const now = deps.monotonic()
      if (set && (now < set.pausedUntil || (now < set.freshUntil && set.keys.has(kid)))) return lookUp(set, kid)
      const fetching = underWay.get(url) ?? refetch(url).finally(() => underWay.delete(url))
      underWay.set(url, fetching)
      return lookUp(await fetching, kid)
    },
  }
})

const NONE: Keys = new Map()

function lookUp({ keys, down }: KeySet, kid: string): KeyOutcome {
  const key = keys.get(kid)
  if (key) return { kind: 'found', key }
  return { kind: down ? 'unreachable' : 'unknown' }
}

async function fetchKeys(deps: Deps, url: string): Promise<Keys | undefined> {
  const answer = await deps.fetch({
    method: 'GET',
    url,
    headers: { accept: 'application/json' },
    timeoutMs: FETCH_TIMEOUT_MS,
    maxBytes: MAX_JWKS_BYTES,
  })
  if (answer.kind === 'failed' || answer.status !== 200) return undefined
  try {
    const { keys } = decodeJson(answer.body) as { keys: readonly ({ kid?: unknown } | null)[] }
    const imported = keys.map((jwk) => [String(jwk?.kid ?? ''), importPublicJwk(jwk)] as const)
    return new Map(imported.flatMap(([kid, key]) => (key ? [[kid, key] as const] : [])))
  } catch {
    return undefined
  }
}
