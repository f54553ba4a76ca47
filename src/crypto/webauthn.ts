import { provesModel } from './attestation.ts'
import { encode } from './base64url.ts'
import { isOneItem } from './cbor.ts'
import { algorithmOf, COSE_ALGORITHMS } from './cose-key.ts'
import { equalBytes, sha256 } from './hash.ts'
import type {
  AssertionOutcome,
  CreationTerms,
  CredentialName,
  Expected,
  ModelRoots,
  Refusal,
  RegistrationOutcome,
  Signer,
  UserVerification,
} from './webauthn-ceremony.ts'
import {
  type AssertionResponse,
  type AttestationResponse,
  bytesOf,
  judgeClient,
  judgeData,
  judgeName,
  knownTransports,
  unpadded,
} from './webauthn-response.ts'

// Loaded at the first ceremony: it weighs more than the rest of this folder.
const library = () => import('@simplewebauthn/server')
const helpers = () => import('@simplewebauthn/server/helpers')

const TIMEOUT_MS = 60_000
/** What is said of a refusal, for a log. */
const MAX_REASON_CHARS = 200

export type CreationOptions = Awaited<ReturnType<typeof creationOptions>>
export type RequestOptions = Awaited<ReturnType<typeof requestOptions>>

/** Options for `navigator.credentials.create()`, as JSON without a wrapper. WebAuthn Level 3 §5.1.9. */
export async function creationOptions(terms: CreationTerms) {
  const { generateRegistrationOptions } = await library()
  const { rpId, rpName, user, challenge, userVerification, attestation, discoverable, exclude } = terms
  return await generateRegistrationOptions({
    rpName,
    rpID: rpId,
    userID: Uint8Array.from(user.handle),
    userName: user.name,
    userDisplayName: user.displayName,
    challenge: Uint8Array.from(challenge),
    timeout: TIMEOUT_MS,
    // The library knows no `indirect`, and passes on what it is given.
    attestationType: attestation as 'none',
    excludeCredentials: exclude.map(named),
    // Written into by the library, so made anew each time.
    authenticatorSelection: { residentKey: discoverable ? 'required' : 'preferred', userVerification },
    supportedAlgorithmIDs: [...COSE_ALGORITHMS],
  })
}

/** Options for `navigator.credentials.get()`, as JSON without a wrapper. `allow`: the credentials that may answer; none given, any that the client finds. WebAuthn Level 3 §5.1.10. */
export async function requestOptions(terms: {
  readonly rpId: string
  readonly challenge: Uint8Array
  readonly userVerification: UserVerification
  readonly allow: readonly CredentialName[]
}) {
  const { generateAuthenticationOptions } = await library()
  const { rpId, challenge, userVerification, allow } = terms
  const { extensions: _, ...options } = await generateAuthenticationOptions({
    rpID: rpId,
    challenge: Uint8Array.from(challenge),
    timeout: TIMEOUT_MS,
    userVerification,
    allowCredentials: allow.map(named),
  })
  return options
}

const named = ({ id, transports }: CredentialName) => ({ id, transports: [...transports] })

const NOBODY: ModelRoots = { rootsOf: () => [], now: 0 }

/** Verify the answer to `creationOptions`. WebAuthn Level 3 §7.1. A statement that proves nothing is no reason to refuse; see `takeApart`. */
export async function verifyRegistration(
  response: AttestationResponse,
  expected: Expected,
  { rootsOf, now }: ModelRoots = NOBODY,
): Promise<RegistrationOutcome> {
  return await refusing(async () => {
    const id = judgeName(response)
    judgeClient(response.response.clientDataJSON)
    const { bare, ...said } = await takeApart(response.response.attestationObject)
    const { verifyRegistrationResponse } = await library()
    const { verified, registrationInfo: info } = await verifyRegistrationResponse({
      ...checked(expected),
      response: {
        ...judged(response, id),
        response: { clientDataJSON: unpadded(response.response.clientDataJSON), attestationObject: bare },
      },
      supportedAlgorithmIDs: [...COSE_ALGORITHMS],
    })
    if (!verified) return refuse('the attestation does not verify')
    const { credential, aaguid, userVerified, credentialDeviceType, credentialBackedUp } = info
    if (credential.id !== id) return refuse('the id is not the one of the credential')
    const algorithm = await algorithmIn(credential.publicKey)
    if (algorithm === undefined) return refuse('the public key is none that we take')
    const clientDataHash = sha256(bytesOf(response.response.clientDataJSON))
    const model = Buffer.from(aaguid.replaceAll('-', ''), 'hex')
    const roots = rootsOf(aaguid)
    return {
      kind: 'verified',
      credential: {
        id,
        publicKey: encode(credential.publicKey),
        algorithm,
        transports: knownTransports(response.response.transports),
        aaguid,
        isModelProven: roots.length > 0 && provesModel({ ...said, clientDataHash, aaguid: model }, roots, now),
        attestationFormat: String(said.format),
        signCount: credential.counter,
        backupEligible: credentialDeviceType === 'multiDevice',
        backupState: credentialBackedUp,
        userVerified,
      },
    }
  })
}

/** Verify the answer to `requestOptions`. The sign count is for the caller to judge. WebAuthn Level 3 §7.2. */
export async function verifyAssertion(
  response: AssertionResponse,
  expected: Expected & { readonly signer: Signer },
): Promise<AssertionOutcome> {
  return await refusing(async () => {
    const id = judgeName(response)
    const { clientDataJSON, authenticatorData, signature, userHandle } = response.response
    judgeClient(clientDataJSON)
    judgeData(bytesOf(authenticatorData))
    const { verifyAuthenticationResponse } = await library()
    const { signer } = expected
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      ...checked(expected),
      response: {
        ...judged(response, id),
        response: {
          clientDataJSON: unpadded(clientDataJSON),
          authenticatorData: unpadded(authenticatorData),
          signature: unpadded(signature),
        },
      },
      // A count of zero turns the library's check off, which comes before the signature and so tells strangers what the count is.
      credential: { id: signer.id, publicKey: Uint8Array.from(bytesOf(signer.publicKey)), counter: 0 },
    })
    if (!verified) return refuse('the signature is not the one of the credential')
    if (id !== signer.id) return refuse('the id is not the one of the credential')
    if (userHandle && !equalBytes(bytesOf(userHandle), signer.handle)) return refuse('the handle is another user’s')
    return {
      kind: 'verified',
      state: {
        signCount: info.newCounter,
        backupEligible: info.credentialDeviceType === 'multiDevice',
        backupState: info.credentialBackedUp,
        userVerified: info.userVerified,
      },
    }
  })
}

/** A credential that nobody has: to verify somebody's answer with it takes as long as with one that is somebody's. */
export const nobodysCredential = (id: string): Signer => ({
  id,
  publicKey: 'pQECAyYgASFYIP-CcUepVwKfzJZ9MY0CUL19vlIKnerj31FNPMwoExPWIlggOXt2-rZqmt_seK5_Kv82f_DPFLuujD2ML-k_UMXZ674',
  handle: new Uint8Array(),
})

const refuse = (reason: string): Refusal => ({ kind: 'refused', reason: reason.slice(0, MAX_REASON_CHARS) })

/** Whatever comes from outside is refused, never thrown: the library and the checks here throw alike. */
async function refusing<T>(verify: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await verify()
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

const checked = ({ challenge, rpId, origins, userVerification }: Expected) => ({
  expectedChallenge: encode(challenge),
  expectedOrigin: [...origins],
  expectedRPID: [rpId],
  requireUserVerification: userVerification === 'required',
})

const judged = ({ type }: { readonly type: string }, id: string) => ({
  id,
  rawId: id,
  type: type as 'public-key',
  clientExtensionResults: {},
})

/**
 * An attestation object in its parts, and `bare`, the same without its statement, for the library: that would follow the certificates that a stranger
 * wrote, up to the addresses in them.
 */
async function takeApart(attestationObject: string) {
  const { isoCBOR } = await helpers()
  const bytes = bytesOf(attestationObject)
  if (!isOneItem(bytes)) throw new Error('the attestation object is not one item of CBOR')
  const decoded: unknown = isoCBOR.decodeFirst(bytes as Uint8Array<ArrayBuffer>)
  const object: ReadonlyMap<unknown, unknown> = decoded instanceof Map ? decoded : new Map()
  const [format, statement, authenticatorData] = ['fmt', 'attStmt', 'authData'].map((name) => object.get(name))
  if (!FORMATS.includes(format) || !(authenticatorData instanceof Uint8Array)) {
    throw new Error('this is no attestation object')
  }
  judgeData(authenticatorData)
  const none = new Map<string, unknown>([
    ['fmt', 'none'],
    ['attStmt', new Map()],
    ['authData', authenticatorData],
  ])
  return { bare: encode(isoCBOR.encode(none as never)), format, statement, authenticatorData }
}

/** WebAuthn Level 3 §8. */
const FORMATS: readonly unknown[] = [
  'none',
  'packed',
  'tpm',
  'android-key',
  'android-safetynet',
  'fido-u2f',
  'apple',
  'compound',
]

/** Twice what RSA of 8192 bits takes. A key is kept as it came, with whatever else is written into it. */
const MAX_KEY_BYTES = 2048

async function algorithmIn(publicKey: Uint8Array<ArrayBuffer>): Promise<number | undefined> {
  if (publicKey.byteLength > MAX_KEY_BYTES) return undefined
  const { isoCBOR } = await helpers()
  return algorithmOf(isoCBOR.decodeFirst(publicKey))
}
