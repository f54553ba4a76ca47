import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyAssertion, verifyRegistration } from '../../crypto/webauthn.ts'
import { assertionBody, attestationBody } from './wire.ts'

interface Capture {
  readonly name: string
  readonly origin: string
  /** Base64url, as the handle is. */
  readonly challenge: string
  readonly handle: string
  readonly attestation: unknown
  readonly assertion: unknown
}

/** What Chromium 147 sent for its virtual authenticators: `toJSON()` of both answers, to options of ours for `localhost`. */
const file = join(import.meta.dirname, '../../../test/vectors/webauthn/chromium-147.json')
const captures: readonly Capture[] = JSON.parse(readFileSync(file, 'utf8'))

for (const { name, origin, challenge, handle, attestation, assertion } of captures) {
  test(`what Chromium sends for an authenticator is verified: ${name}`, async () => {
    const bytes = Buffer.from(challenge, 'base64url')
    const expected = { challenge: bytes, rpId: 'localhost', origins: [origin], userVerification: 'required' } as const
    const registered = await verifyRegistration(attestationBody.parse(attestation), expected)
    assert.ok(registered.kind === 'verified')
    const { id, publicKey, algorithm, transports, aaguid, signCount, backupEligible } = registered.credential
    assert.deepEqual([algorithm, aaguid, signCount], [-8, '01020304-0506-0708-0102-030405060708', 1])
    assert.deepEqual(transports, [name.split(',')[0]])
    assert.equal(backupEligible, name.endsWith('synced'))
    const signer = { id, publicKey, handle: Buffer.from(handle, 'base64url') }
    const asserted = await verifyAssertion(assertionBody.parse(assertion), { ...expected, signer })
    assert.ok(asserted.kind === 'verified')
    assert.equal(asserted.state.signCount, 2)
    const other = { ...expected, challenge: Buffer.alloc(32), signer }
    assert.equal((await verifyAssertion(assertionBody.parse(assertion), other)).kind, 'refused')
  })
}
