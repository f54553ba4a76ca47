import { constants, createHmac, type KeyObject, sign, verify } from 'node:crypto'
import { equalBytes } from './hash.ts'

/** The signature algorithms we sign with (RFC 7518 §3.1, RFC 8037 §3.1). */
export type SignatureAlgorithm = 'EdDSA' | 'ES256' | 'RS256' | 'PS256'

interface Algorithm {
  readonly keyTypes: readonly string[]
  /** Of elliptic keys, as OpenSSL names it. */
  readonly curve?: string
  readonly digest: 'sha256' | 'sha384' | 'sha512' | null
  /** Of RSASSA-PSS. */
  readonly saltBytes?: number
}

const rsa = (bits: 256 | 384 | 512): Algorithm => ({ keyTypes: ['rsa'], digest: `sha${bits}` })
const pss = (bits: 256 | 384 | 512): Algorithm => ({ ...rsa(bits), saltBytes: bits / 8 })
const ecdsa = (bits: 256 | 384 | 512, curve: string): Algorithm => ({ keyTypes: ['ec'], curve, digest: `sha${bits}` })
const eddsa = (...keyTypes: readonly string[]): Algorithm => ({ keyTypes, digest: null })

/** Every asymmetric algorithm of RFC 7518 §3.1, RFC 8037 §3.1 and RFC 9864 §2.2. */
const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  ['RS256', rsa(256)],
  ['RS384', rsa(384)],
  ['RS512', rsa(512)],
  ['PS256', pss(256)],
  ['PS384', pss(384)],
  ['PS512', pss(512)],
  ['ES256', ecdsa(256, 'prime256v1')],
  ['ES384', ecdsa(384, 'secp384r1')],
  ['ES512', ecdsa(512, 'secp521r1')],
  ['EdDSA', eddsa('ed25519', 'ed448')],
  ['Ed25519', eddsa('ed25519')],
  ['Ed448', eddsa('ed448')],
])

/** What `verifyInput` knows. */
export const SIGNATURE_ALGORITHMS: readonly string[] = [...algorithms.keys()]

/** By a secret that both sides know (RFC 7518 §3.2): never among those above, so that no published key is ever taken for a secret. */
const macs: ReadonlyMap<string, string> = new Map([
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
])

/** What `verifyMac` knows. */
export const MAC_ALGORITHMS: readonly string[] = [...macs.keys()]

/** Is this the code of whoever knows the secret over the input? False for an algorithm that is none of `MAC_ALGORITHMS`. */
export function verifyMac(alg: string, secret: Uint8Array, input: string, code: Uint8Array): boolean {
  const digest = macs.get(alg)
  return digest !== undefined && equalBytes(createHmac(digest, secret).update(input, 'utf8').digest(), code)
}

/** Signs the bytes, or the UTF-8 bytes of a string; throws when the key is of another kind than the algorithm. */
export function signInput(alg: SignatureAlgorithm, key: KeyObject, input: string): Buffer {
  const algorithm = signerOf(alg, key)
  return sign(algorithm.digest, Buffer.from(input, 'utf8'), optionsOf(algorithm, key))
}

/** The same on another thread: an RSA signature takes a millisecond, in which nobody else would be answered. */
export async function signInputAside(alg: SignatureAlgorithm, key: KeyObject, input: string): Promise<Buffer> {
  const algorithm = signerOf(alg, key)
  return await new Promise((resolve, reject) => {
    const done = (error: Error | null, signature: Buffer) => (error ? reject(error) : resolve(signature))
    sign(algorithm.digest, Buffer.from(input, 'utf8'), optionsOf(algorithm, key), done)
  })
}

function signerOf(alg: SignatureAlgorithm, key: KeyObject): Algorithm {
  const algorithm = algorithms.get(alg)
  if (algorithm && fits(algorithm, key)) return algorithm
  throw new TypeError(`${alg} cannot sign with a key of type ${key.asymmetricKeyType}`)
}

/** Is this the signature of the key's owner over the input? False for an unknown algorithm or a key of another kind. */
export function verifyInput(alg: string, key: KeyObject, input: string, signature: Uint8Array): boolean {
  const algorithm = algorithms.get(alg)
  if (!algorithm || !fits(algorithm, key)) return false
  return verify(algorithm.digest, Buffer.from(input, 'utf8'), optionsOf(algorithm, key), signature)
}

/** Can this algorithm be used with this key? False for an unknown algorithm. */
export function fitsAlgorithm(alg: string, key: KeyObject): boolean {
  const algorithm = algorithms.get(alg)
  return algorithm !== undefined && fits(algorithm, key)
}

function fits({ keyTypes, curve }: Algorithm, key: KeyObject): boolean {
  if (!keyTypes.includes(key.asymmetricKeyType ?? '')) return false
  return curve === undefined || key.asymmetricKeyDetails?.namedCurve === curve
}

function optionsOf({ saltBytes }: Algorithm, key: KeyObject) {
  if (saltBytes !== undefined) return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes }
  return { key, dsaEncoding: 'ieee-p1363' as const }
}
