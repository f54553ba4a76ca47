import { creationOptions, requestOptions, verifyAssertion, verifyRegistration } from '../../src/crypto/webauthn.ts'
import type { CreationTerms, Expected, NewCredential } from '../../src/crypto/webauthn-ceremony.ts'
import { type AttestationLie, authenticator, ORIGIN } from './authenticator.ts'

export const HANDLE = Buffer.from('usr_01kdf0t2x5fqt9v2m1tqk6x3cj')
export const ANDROID = 'android:apk-key-hash:n1e4V2yKvNRW4mGgDqKQq5l1v1oHk3y2uYkqk1m5b0A'

export const EXPECTED: Expected = {
  challenge: Buffer.alloc(32, 1),
  rpId: 'app.example.com',
  origins: [ORIGIN, ANDROID],
  userVerification: 'required',
}

export const TERMS: CreationTerms = {
  rpId: EXPECTED.rpId,
  rpName: 'Example',
  user: { handle: HANDLE, name: 'ana@example.com', displayName: 'Ana' },
  challenge: EXPECTED.challenge,
  userVerification: 'required',
  attestation: 'none',
  discoverable: true,
  exclude: [],
}

export const toCreate = () => creationOptions(TERMS)
export const toGet = () => requestOptions({ ...EXPECTED, allow: [] })

/** What comes of registering with an authenticator that answers in such a way. */
export async function registered(lie: AttestationLie = {}, expected: Partial<Expected> = {}, one = authenticator()) {
  return await verifyRegistration(one.register(await toCreate(), lie), { ...EXPECTED, ...expected })
}

/** An authenticator with a credential that was registered, as it was. */
export async function owned(kind: Parameters<typeof authenticator>[0] = {}) {
  const one = authenticator(kind)
  const outcome = await verifyRegistration(one.register(await toCreate()), EXPECTED)
  if (outcome.kind !== 'verified') throw new Error(outcome.reason)
  return { one, credential: outcome.credential }
}

/** What comes of an authenticator's answer, where the signer is to be `credential`. */
export async function asserted(
  { one, credential }: { one: ReturnType<typeof authenticator>; credential: Pick<NewCredential, 'id' | 'publicKey'> },
  lie: Parameters<typeof one.assert>[1] = {},
  expected: Partial<Expected> = {},
) {
  const { id, publicKey } = credential
  const response = one.assert(await toGet(), lie)
  return await verifyAssertion(response, { ...EXPECTED, ...expected, signer: { id, publicKey, handle: HANDLE } })
}
