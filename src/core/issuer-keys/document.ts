import { readCertificateKey, type VerificationKey } from '../../crypto/jwk.ts'
import type { PinnedJwks } from './pinned-keys.ts'
import { type PublishedKeys, readPublishedKeys } from './signature.ts'

const MAX_KEYS = 100
const PEM = /^\s*-----BEGIN [A-Z ]+-----/

/**
 * Read what an issuer publishes its keys in: a JWK Set (RFC 7517 §5), or a map of certificates in PEM by the name of their key, as Google does for
 * Firebase. Undefined for anything else, an error in JSON say.
 */
export function readKeyDocument(json: unknown): PublishedKeys | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const { keys } = json as { keys?: unknown }
  if (Array.isArray(keys)) return readPublishedKeys(keys, MAX_KEYS)
  const entries = Object.entries(json)
  const isMap = entries.length > 0 && entries.every(([, value]) => typeof value === 'string' && PEM.test(value))
  return isMap ? readCertificates(entries.slice(0, MAX_KEYS)) : undefined
}

function readCertificates(entries: readonly [kid: string, pem: string][]): PublishedKeys {
  return {
    keys: entries.flatMap(([kid, pem]) => readCertificateKey(kid, pem) ?? []),
    names: new Set(entries.map(([kid]) => kid)),
  }
}

/** Keys as they are written down, to be kept for when nobody publishes them any more. */
export const writeKeys = ({ keys }: PublishedKeys): PinnedJwks => ({ keys: keys.map(writeKey) })

const writeKey = ({ kid, alg, key }: VerificationKey): object => ({
  ...key.export({ format: 'jwk' }),
  ...(kid !== undefined && { kid }),
  ...(alg !== undefined && { alg }),
  use: 'sig',
})
