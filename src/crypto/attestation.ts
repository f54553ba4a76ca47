import { type KeyObject, verify, X509Certificate } from 'node:crypto'

/** What came along with a new credential to say of what model the authenticator is. WebAuthn Level 3 §6.5. */
export interface Statement {
  readonly format: unknown
  readonly statement: unknown
  /** What is signed: the authenticator's data, and SHA-256 of the client's. */
  readonly authenticatorData: Uint8Array
  readonly clientDataHash: Uint8Array
  /** 16 bytes. */
  readonly aaguid: Uint8Array
}

const MAX_CERTIFICATES = 6
/** Before the 16 bytes: `id-fido-gen-ce-aaguid`, which is not critical, and the heads of the two strings around them. WebAuthn Level 3 §8.2.1. */
const AAGUID_EXTENSION = Buffer.from('060b2b0601040182e51c01010404120410', 'hex')

/**
 * Whether a statement proves the model that it says: by `packed` with certificates that lead to one of `roots`, PEM. No other format has the model in what
 * is signed by its maker. Nothing is fetched, so a certificate that was revoked is good until it ends. `now`: Unix ms. WebAuthn Level 3 §8.2.
 */
export function provesModel(said: Statement, roots: readonly string[], now: number): boolean {
  const { format, statement, aaguid } = said
  if (format !== 'packed' || !(statement instanceof Map)) return false
  const chain = readChain(statement.get('x5c'))
  const leaf = chain?.[0]
  if (!chain || !leaf || leaf.ca || !/^OU=Authenticator Attestation$/m.test(leaf.subject)) return false
  return (
    isOf(leaf, aaguid) &&
    leadsTo(chain, roots, now) &&
    isSigned(said, statement.get('alg'), statement.get('sig'), leaf.publicKey)
  )
}

/** Certificates in DER, that of the signer first; undefined when there are none, too many, or one is none. */
export function readChain(x5c: unknown): X509Certificate[] | undefined {
  if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > MAX_CERTIFICATES) return undefined
  try {
    return x5c.map((der) => new X509Certificate(der as Uint8Array))
  } catch {
    return undefined
  }
}

/** Whether a certificate says once of what model it is, and that it is this. */
function isOf({ raw }: X509Certificate, aaguid: Uint8Array): boolean {
  const at = raw.indexOf(AAGUID_EXTENSION)
  if (at < 0 || raw.indexOf(AAGUID_EXTENSION, at + 1) >= 0) return false
  const start = at + AAGUID_EXTENSION.byteLength
  return aaguid.byteLength === 16 && raw.subarray(start, start + 16).equals(aaguid)
}

/** The kind of key that an algorithm of COSE needs. */
const KEY_TYPES: Readonly<Record<number, string>> = { [-7]: 'ec', [-8]: 'ed25519', [-257]: 'rsa' }

function isSigned(
  { authenticatorData, clientDataHash }: Statement,
  alg: unknown,
  signature: unknown,
  key: KeyObject,
): boolean {
  if (typeof alg !== 'number' || KEY_TYPES[alg] !== key.asymmetricKeyType || !(signature instanceof Uint8Array)) {
    return false
  }
  const signed = Buffer.concat([authenticatorData, clientDataHash])
  return verify(alg === -8 ? null : 'sha256', signed, key, signature)
}

/** Whether each certificate was issued by the one behind it, and the last one by a root, or is one; all of them good by now. RFC 5280 §6.1. */
export function leadsTo(chain: readonly X509Certificate[], roots: readonly string[], now: number): boolean {
  const last = chain.at(-1)
  const isGood = ({ validFromDate, validToDate }: X509Certificate) =>
    validFromDate.getTime() <= now && now <= validToDate.getTime()
  if (!last || !chain.every(isGood)) return false
  const isTrusted = roots.some((pem) => {
    const root = new X509Certificate(pem)
    return isGood(root) && (root.raw.equals(last.raw) || isIssued(last, root))
  })
  // From the root down: a key that nobody vouches for may be made to cost a lot.
  const down = chain.toReversed()
  return isTrusted && down.every((one, i) => i === 0 || isIssued(one, down[i - 1] as X509Certificate))
}

const isIssued = (one: X509Certificate, by: X509Certificate) => by.ca && one.checkIssued(by) && one.verify(by.publicKey)

/** Whether a text is a certificate in PEM that statements may lead to. */
export function isRoot(pem: string): boolean {
  try {
    return /^-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\s*$/.test(pem) && new X509Certificate(pem).ca
  } catch {
    return false
  }
}
