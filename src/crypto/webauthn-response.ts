import { decode } from './base64url.ts'
import { isSequence } from './cbor.ts'
import { decodeJson } from './json.ts'

/** How an authenticator is reached, as far as anybody knows. WebAuthn Level 3 §5.8.4, and `cable`, the older word for `hybrid`. */
export const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const
export type Transport = (typeof TRANSPORTS)[number]

const MIN_ID_BYTES = 16
/** WebAuthn Level 3 §4, Credential ID. */
const MAX_ID_BYTES = 1023

/** What a client says after `create()`. Base64url, padded or not. WebAuthn Level 3 §5.1.8. */
export interface AttestationResponse {
  readonly id: string
  readonly rawId: string
  readonly type: string
  readonly response: {
    readonly clientDataJSON: string
    readonly attestationObject: string
    readonly transports?: readonly unknown[] | null | undefined
  }
}

/** What a client says after `get()`. Base64url, padded or not. WebAuthn Level 3 §5.1.8. */
export interface AssertionResponse {
  readonly id: string
  readonly rawId: string
  readonly type: string
  readonly response: {
    readonly clientDataJSON: string
    readonly authenticatorData: string
    readonly signature: string
    readonly userHandle?: string | null | undefined
  }
}

export const unpadded = (text: string) => text.replace(/={1,2}$/, '')

export function bytesOf(text: string): Buffer {
  const bytes = decode(unpadded(text))
  if (!bytes) throw new Error('what should be base64url is not')
  return bytes
}

/** The id of a credential as it is stored, without padding; undefined for a text that is none. */
export function readCredentialId(text: string): string | undefined {
  const id = unpadded(text)
  const { byteLength = 0 } = decode(id) ?? {}
  return byteLength >= MIN_ID_BYTES && byteLength <= MAX_ID_BYTES ? id : undefined
}

/** The id of a response, without padding. */
export function judgeName({ id, rawId }: { readonly id: string; readonly rawId: string }): string {
  const name = readCredentialId(id)
  if (name === undefined) throw new Error('the id is no base64url, too short or too long')
  if (unpadded(rawId) !== name) throw new Error('the two ids are not the same')
  return name
}

/** What the library does not ask of client data: that the page was no other's frame. WebAuthn Level 3 §5.8.1. */
export function judgeClient(clientDataJson: string): void {
  const data = decodeJson(bytesOf(clientDataJson))
  if (typeof data !== 'object' || data === null) throw new Error('the client data is no object')
  const { crossOrigin, topOrigin } = data as Record<string, unknown>
  if ((crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined) {
    throw new Error('the page was in the frame of another origin')
  }
}

/** Where what follows the fixed part of authenticator data begins, and, behind an AAGUID, the length of a credential's id. WebAuthn Level 3 §6.1, §6.5.1. */
const FIXED_BYTES = 37
const ID_LENGTH_AT = 53
const FLAGS_AT = 32
const ATTESTED = 64

/** What the library does not ask of authenticator data before it reads a key and extensions: that they are CBOR, and how deep it goes. */
export function judgeData(data: Uint8Array): void {
  const bytes = Buffer.from(data)
  const isAttested = ((bytes[FLAGS_AT] ?? 0) & ATTESTED) !== 0
  const start = isAttested ? ID_LENGTH_AT + 2 + bytes.readUInt16BE(ID_LENGTH_AT) : FIXED_BYTES
  if (!isSequence(bytes.subarray(start))) throw new Error('the authenticator data does not end in CBOR')
}

/** The transports that we know, of those that a client says. */
export function knownTransports(said: AttestationResponse['response']['transports']): Transport[] {
  return TRANSPORTS.filter((one) => said?.includes(one))
}
