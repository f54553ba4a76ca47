import { hasPrivateMembers } from '../../crypto/jwk.ts'
import type { DecodedJwt } from '../../crypto/jwt.ts'
import { judgeSignature, type PublishedKeys, readHint, readPublishedKeys } from './signature.ts'

/** A JWK Set that somebody wrote down (RFC 7517 §5). */
export interface PinnedJwks {
  readonly keys: readonly object[]
}

/** By the set as it was read from the database, which is read once as long as nobody replaces it. */
const imported = new WeakMap<PinnedJwks, PublishedKeys>()

function publishedIn(jwks: PinnedJwks): PublishedKeys {
  const known = imported.get(jwks)
  if (known) return known
  const published = readPublishedKeys(jwks.keys, jwks.keys.length)
  imported.set(jwks, published)
  return published
}

/** Whether a token is signed by one of these keys. Nobody is asked. */
export function verifyByPinned(
  jwks: PinnedJwks,
  jwt: DecodedJwt,
  algorithms: readonly string[],
): 'verified' | 'refused' {
  const hint = readHint(jwt, algorithms)
  return hint && judgeSignature(publishedIn(jwks), jwt, hint) === 'verified' ? 'verified' : 'refused'
}

/** What is wrong with a set that is to be pinned, naming the place in it. */
export function findPinnedProblem(jwks: PinnedJwks): string | undefined {
  const secret = jwks.keys.findIndex(hasPrivateMembers)
  if (secret !== -1) return `keys[${secret}]: holds a private or symmetric key`
  return publishedIn(jwks).keys.length > 0 ? undefined : 'keys: holds no key that verifies signatures'
}
