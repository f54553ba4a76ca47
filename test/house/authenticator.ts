import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { CreationOptions, RequestOptions } from '../../src/crypto/webauthn.ts'

/** Bits of the flags. WebAuthn Level 3 §6.1. */
const BITS = { up: 1, uv: 4, be: 8, bs: 16, at: 64, ed: 128 }

export type Flags = Readonly<Record<keyof typeof BITS, boolean>>
export type Cbor = number | string | boolean | Uint8Array | readonly Cbor[] | ReadonlyMap<number | string, Cbor>
export type Algorithm = 'ES256' | 'EdDSA' | 'RS256'

/** What a test changes in a good answer. */
export interface Lie {
  readonly origin?: string
  readonly rpId?: string
  readonly flags?: Partial<Flags>
  readonly counter?: number
  /** Members of the client data; undefined leaves one out. */
  readonly clientData?: Readonly<Record<string, unknown>>
  /** The client data in its own words. */
  readonly clientDataText?: string
  /** Base64url. */
  readonly id?: string
  readonly rawId?: string
  readonly type?: string
  readonly extensions?: Cbor
  readonly authData?: (bytes: Buffer) => Buffer
}

export interface AttestationLie extends Lie {
  /** Of the attested credential: the bytes of its id. */
  readonly attestedId?: Buffer
  readonly cose?: ReadonlyMap<number | string, Cbor>
  readonly format?: string
  readonly statement?: Cbor
  /** The statement, made of what it speaks of. */
  readonly attest?: (signed: Buffer) => Cbor
  readonly attestationObject?: (bytes: Buffer) => Buffer
  readonly transports?: readonly unknown[]
}

export interface AssertionLie extends Lie {
  /** Base64url; null leaves it out. */
  readonly userHandle?: string | null
  readonly signature?: (bytes: Buffer) => Buffer
}

export interface AuthenticatorKind {
  readonly algorithm?: Algorithm
  readonly flags?: Partial<Flags>
  /** Sign count before the first answer; null: one that never counts. */
  readonly counter?: number | null
  readonly aaguid?: string
  readonly transports?: readonly unknown[]
  readonly origin?: string
}

export const ORIGIN = 'https://app.example.com'

/** An authenticator with one credential, and the client around it, which can both lie. Flags, origins and counts are as the test says. */
export function authenticator(kind: AuthenticatorKind = {}) {
  const { algorithm = 'ES256', aaguid = '00000000-0000-0000-0000-000000000000', transports = ['internal'] } = kind
  const { publicKey, privateKey } = newKey(algorithm)
  const id = randomBytes(16)
  let counter = kind.counter ?? 0
  let handle = ''
  const counts = kind.counter !== null && kind.counter !== undefined

  const clientDataOf = (type: string, challenge: string, { origin, clientData, clientDataText }: Lie) => {
    const said = { type, challenge, origin: origin ?? kind.origin ?? ORIGIN, crossOrigin: false, ...clientData }
    return Buffer.from(clientDataText ?? JSON.stringify(said))
  }
  const authDataOf = (rpId: string, attested: Buffer, lie: Lie) => {
    const flags = { up: true, uv: true, at: attested.byteLength > 0, ed: lie.extensions !== undefined }
    if (counts) counter++
    const parts = [
      sha256(Buffer.from(lie.rpId ?? rpId)),
      Buffer.from([bitsOf({ ...flags, ...kind.flags, ...lie.flags })]),
      uint32(lie.counter ?? counter),
      attested,
      lie.extensions === undefined ? Buffer.alloc(0) : cbor(lie.extensions),
    ]
    return (lie.authData ?? same)(Buffer.concat(parts))
  }
  const nameOf = ({ id: saidId = base64url(id), rawId = saidId, type = 'public-key' }: Lie) => ({
    id: saidId,
    rawId,
    type,
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
  })

  return {
    id: base64url(id),
    publicKey,
    /** The handle that it was registered with. */
    handle: () => handle,
    /** What it answers to `create()`. */
    register(options: CreationOptions, lie: AttestationLie = {}) {
      handle = options.user.id
      const attestedId = lie.attestedId ?? id
      const attested = [
        Buffer.from(aaguid.replaceAll('-', ''), 'hex'),
        uint16(attestedId.byteLength),
        attestedId,
        cbor(lie.cose ?? coseOf(publicKey, algorithm)),
      ]
      const authData = authDataOf(String(options.rp.id), Buffer.concat(attested), lie)
      const clientData = clientDataOf('webauthn.create', options.challenge, lie)
      const signed = Buffer.concat([authData, sha256(clientData)])
      const object = new Map<string, Cbor>([
        ['fmt', lie.format ?? 'none'],
        ['attStmt', lie.attest?.(signed) ?? lie.statement ?? new Map()],
        ['authData', authData],
      ])
      return {
        ...nameOf(lie),
        response: {
          clientDataJSON: base64url(clientData),
          attestationObject: base64url((lie.attestationObject ?? same)(cbor(object))),
          transports: lie.transports ?? transports,
        },
      }
    },
    /** What it answers to `get()`. */
    assert(options: RequestOptions, lie: AssertionLie = {}) {
      const clientData = clientDataOf('webauthn.get', options.challenge, lie)
      const authData = authDataOf(String(options.rpId), Buffer.alloc(0), lie)
      const signed = Buffer.concat([authData, sha256(clientData)])
      const signature = sign(algorithm === 'EdDSA' ? null : 'sha256', signed, privateKey)
      const { userHandle = handle } = lie
      return {
        ...nameOf(lie),
        response: {
          clientDataJSON: base64url(clientData),
          authenticatorData: base64url(authData),
          signature: base64url((lie.signature ?? same)(signature)),
          ...(userHandle !== null && { userHandle }),
        },
      }
    },
  }
}

/** A statement of the format `packed`, by a certificate of the authenticator's maker. */
export const attestBy =
  ({ raw, privateKey }: { raw: Buffer; privateKey: KeyObject }) =>
  (signed: Buffer): Cbor =>
    new Map<string, Cbor>([
      ['alg', -7],
      ['sig', sign('sha256', signed, privateKey)],
      ['x5c', [raw]],
    ])

export type Authenticator = ReturnType<typeof authenticator>

const same = (bytes: Buffer) => bytes
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

const bitsOf = (flags: Partial<Flags>) =>
  Object.entries(BITS).reduce((bits, [name, bit]) => bits | (flags[name as keyof Flags] ? bit : 0), 0)

function newKey(algorithm: Algorithm) {
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519')
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

/** A public key as authenticators write it. RFC 9052 §7, RFC 9053 §7, RFC 8230 §4. */
export function coseOf(key: KeyObject, algorithm: Algorithm): Map<number, Cbor> {
  const { x = '', y = '', n = '', e = '' } = key.export({ format: 'jwk' })
  const bytes = (text: unknown) => Buffer.from(String(text), 'base64url')
  if (algorithm === 'EdDSA')
    return new Map<number, Cbor>([
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, bytes(x)],
    ])
  if (algorithm === 'RS256')
    return new Map<number, Cbor>([
      [1, 3],
      [3, -257],
      [-1, bytes(n)],
      [-2, bytes(e)],
    ])
  return new Map<number, Cbor>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, bytes(x)],
    [-3, bytes(y)],
  ])
}

/** RFC 8949, as far as authenticators need it. */
export function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value)
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4])
  if (typeof value === 'string') return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([cborHead(2, value.byteLength), value])
  if (value instanceof Map) {
    const pairs = [...(value as ReadonlyMap<number | string, Cbor>)].flatMap(([key, one]) => [cbor(key), cbor(one)])
    return Buffer.concat([cborHead(5, pairs.length / 2), ...pairs])
  }
  const items = value as readonly Cbor[]
  return Buffer.concat([cborHead(4, items.length), ...items.map(cbor)])
}

function cborHead(major: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(major << 5) | argument])
  if (argument < 2 ** 8) return Buffer.from([(major << 5) | 24, argument])
  if (argument < 2 ** 16) return Buffer.concat([Buffer.from([(major << 5) | 25]), uint16(argument)])
  return Buffer.concat([Buffer.from([(major << 5) | 26]), uint32(argument)])
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
