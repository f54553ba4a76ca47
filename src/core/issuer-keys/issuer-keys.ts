import { newBoundedCache } from '../../crypto/bounded-cache.ts'
import { decodeJson } from '../../crypto/json.ts'
import type { DecodedJwt } from '../../crypto/jwt.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { afterFetch, decideStep, type Instant, type KeySet, type Step } from './decide.ts'
import { readKeyDocument } from './document.ts'
import { judgeSignature, type KeyHint, NO_KEYS, type PublishedKeys, readHint } from './signature.ts'

const FETCH_TIMEOUT_MS = 5_000
const MAX_JWKS_BYTES = 256 * 1024
const URLS_REMEMBERED = 1_000
const ABSENT_REMEMBERED = 100

export type IssuerVerdict =
  | 'verified'
  | 'refused'
  /** The issuer answers that it has no keys any more. */
  | 'gone'
  /** Nobody can tell now: the issuer cannot be asked, or may not be asked again yet. */
  | 'unreachable'
  /** As well, and whatever the issuer said once is too old to be believed: by a copy of its keys one may still tell. */
  | 'silent'

interface Known {
  readonly set: KeySet
  /** Keys that the issuer did not have when it was asked for them, as tokens name them. */
  readonly absent: Set<string>
}

/**
 * Whether tokens are signed by their issuers, whose keys are remembered by the URL that they are published at. A key that is not known is
 * asked for at once, as far as the issuer's peace allows; everybody who waits for the same keys waits for one fetch.
 */
export const issuerKeys = resident((deps: Deps) => {
  const known = newBoundedCache<Known>(URLS_REMEMBERED)
  const underWay = new Map<string, Promise<Known>>()
  const instant = (): Instant => ({ monotonic: deps.monotonic(), wall: deps.now() })

  async function refetch(url: string): Promise<Known> {
    const askedAt = instant()
    const fetched = await fetchKeys(deps, url)
    const set = afterFetch(known.find(url)?.set, fetched, askedAt, deps.monotonic())
    const entry = { set, absent: new Set<string>() }
    known.insert(url, entry)
    return entry
  }
  function look(entry: Known | undefined, jwt: DecodedJwt, hint: KeyHint, hasAsked: boolean): Step {
    const verdict = judgeSignature(entry?.set.published ?? NO_KEYS, jwt, hint)
    const isKnownAbsent = entry?.absent.has(nameOf(hint)) ?? false
    const step = decideStep(entry?.set, { verdict, hasAsked, isKnownAbsent }, instant())
    if (hasAsked && step === 'refuse' && hint.kid !== undefined) remember(entry?.absent, nameOf(hint))
    return step
  }
  return {
    async verify(url: string, jwt: DecodedJwt, algorithms: readonly string[]): Promise<IssuerVerdict> {
      const hint = readHint(jwt, algorithms)
      if (!hint) return 'refused'
      const entry = known.find(url)
      const step = look(entry, jwt, hint, false)
      if (step !== 'fetch') return verdictOf(step, entry)
      const fetching = underWay.get(url) ?? refetch(url).finally(() => underWay.delete(url))
      underWay.set(url, fetching)
      const fetched = await fetching
      return verdictOf(look(fetched, jwt, hint, true), fetched)
    },
  }
})

const nameOf = ({ alg, kid }: KeyHint) => (kid === undefined ? alg : `${alg} ${kid}`)

function remember(absent: Set<string> | undefined, name: string): void {
  if (absent && absent.size < ABSENT_REMEMBERED) absent.add(name)
}

function verdictOf(step: Step, entry: Known | undefined): IssuerVerdict {
  if (step === 'accept') return 'verified'
  if (step === 'silence') return 'silent'
  if (step !== 'refuse') return 'unreachable'
  return entry?.set.state === 'gone' ? 'gone' : 'refused'
}

/** RFC 9110 §15.5.5, §15.5.11: these statuses are the issuer's word that there are no such keys. Any other may be different a moment later. */
const GONE = [404, 410]

/** Ask an issuer for its keys, whatever is remembered of them. */
export async function fetchKeys(deps: Deps, url: string): Promise<PublishedKeys | 'gone' | 'down'> {
  const answer = await deps.fetch({
    method: 'GET',
    url,
    headers: { accept: 'application/json' },
    timeoutMs: FETCH_TIMEOUT_MS,
    maxBytes: MAX_JWKS_BYTES,
  })
  if (answer.kind === 'failed') return 'down'
  if (GONE.includes(answer.status)) return 'gone'
  return (answer.status === 200 && readKeyDocument(decodeJson(answer.body))) || 'down'
}
