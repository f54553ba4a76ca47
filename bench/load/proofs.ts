import { createPrivateKey, createPublicKey, type KeyObject, randomUUID, sign, type webcrypto } from 'node:crypto'

/** Proofs signed ahead stay far inside the servers' window of ±300 s around `iat`. */
const OLDEST_PROOF_SECONDS = 150

type Proof = { readonly text: string; readonly signedAt: number }

/** The proofs of one DPoP key for one request line (RFC 9449 §4.2), signed ahead so that signing is not measured. */
export class ProofPool {
  readonly #key: KeyObject
  readonly #header: string
  readonly #htm: string
  readonly #htu: string
  readonly #prefix = randomUUID()
  #count = 0
  #pool: Proof[] = []
  /** How many proofs had to be signed while the clock ran. */
  signedLate = 0

  constructor(privateJwk: webcrypto.JsonWebKey, htm: string, htu: string) {
    this.#key = createPrivateKey({ key: privateJwk, format: 'jwk' })
    const { kty, crv, x, y } = createPublicKey(this.#key).export({ format: 'jwk' })
    this.#header = encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })
    this.#htm = htm
    this.#htu = htu
  }

  /** Drops proofs that grew old and signs until `count` are ready. */
  prepare(count: number): void {
    const oldest = now() - OLDEST_PROOF_SECONDS
    this.#pool = this.#pool.filter((proof) => proof.signedAt >= oldest)
    while (this.#pool.length < count) this.#pool.push(this.#sign())
    this.signedLate = 0
  }

  take(): string {
    const ready = this.#pool.pop()
    if (ready) return ready.text
    this.signedLate += 1
    return this.#sign().text
  }

  #sign(): Proof {
    const iat = now()
    this.#count += 1
    const jti = `${this.#prefix}.${this.#count}`
    const input = `${this.#header}.${encode({ jti, htm: this.#htm, htu: this.#htu, iat })}`
    const signature = sign('sha256', Buffer.from(input), { key: this.#key, dsaEncoding: 'ieee-p1363' })
    return { text: `${input}.${signature.toString('base64url')}`, signedAt: iat }
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
