import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

type Bytes = Uint8Array

/** X.690: a tag, a length and what is in it. */
function der(tag: number, ...parts: readonly Bytes[]): Buffer {
  const content = Buffer.concat(parts)
  const { byteLength: length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const hex = (text: string) => Buffer.from(text, 'hex')
const sequence = (...parts: readonly Bytes[]) => der(0x30, ...parts)
const oid = (text: string) => der(0x06, hex(text))
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'))

/** RFC 5280 §4.1.2.4: country, organisation, unit, name. */
function nameOf(parts: Readonly<Record<'C' | 'O' | 'OU' | 'CN', string>>): Buffer {
  const types = { C: '550406', O: '55040a', OU: '55040b', CN: '550403' }
  const attribute = (type: keyof typeof types) =>
    der(0x31, sequence(oid(types[type]), der(type === 'C' ? 0x13 : 0x0c, Buffer.from(parts[type]))))
  return sequence(...(['C', 'O', 'OU', 'CN'] as const).map(attribute))
}

const generalizedTime = (ms: number) =>
  der(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`))

export interface CertificateTerms {
  readonly name: string
  /** Unit; that of the certificates of authenticators by default. */
  readonly unit?: string
  readonly isAuthority?: boolean
  /** The models that it speaks of: one, or more than one may. */
  readonly aaguids?: readonly string[]
  /** The host that it is of. */
  readonly host?: string
  /** Unix ms. */
  readonly from: number
  readonly until: number
}

export interface Issued {
  readonly raw: Buffer
  readonly pem: string
  readonly privateKey: KeyObject
  readonly subject: Buffer
}

/** A certificate with a P-256 key of its own, by an issuer or, without one, by itself. RFC 5280 §4.1, WebAuthn Level 3 §8.2.1. */
export function issue(terms: CertificateTerms, issuer?: Issued): Issued {
  const { name, unit = 'Authenticator Attestation', isAuthority = false, aaguids = [], host, from, until } = terms
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = nameOf({ C: 'DE', O: 'Example', OU: unit, CN: name })
  const constraints = sequence(...(isAuthority ? [der(0x01, Buffer.from([0xff]))] : []))
  const models = aaguids.map((aaguid) => der(0x04, hex(aaguid.replaceAll('-', ''))))
  const extensions = [
    sequence(oid('551d13'), der(0x01, Buffer.from([0xff])), der(0x04, constraints)),
    ...(host === undefined ? [] : [sequence(oid('551d11'), der(0x04, sequence(der(0x82, Buffer.from(host)))))]),
    ...models.map((bytes) => sequence(oid('2b0601040182e51c010104'), der(0x04, bytes))),
  ]
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ECDSA_SHA256,
    issuer?.subject ?? subject,
    sequence(generalizedTime(from), generalizedTime(until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', toBeSigned, issuer?.privateKey ?? privateKey)
  const raw = sequence(toBeSigned, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature))
  const pem = `-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----\n`
  return { raw, pem, privateKey, subject }
}
