import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticator } from '../../../test/house/authenticator.ts'
import { TERMS, toCreate, toGet } from '../../../test/house/webauthn.ts'
import { creationOptions, requestOptions } from '../../crypto/webauthn.ts'
import { assertionBody, attestationBody, creationOptionsObject, nicknameBody, requestOptionsObject } from './wire.ts'

const NAME = { id: Buffer.alloc(16, 2).toString('base64url'), transports: ['internal'] as const }

test('options leave as they were made: no member is lost, and none is added', async () => {
  for (const terms of [TERMS, { ...TERMS, attestation: 'indirect', discoverable: false, exclude: [NAME] }] as const) {
    const options = await creationOptions(terms)
    assert.deepEqual(creationOptionsObject.parse(options), JSON.parse(JSON.stringify(options)))
  }
  for (const allow of [[], [NAME]]) {
    const options = await requestOptions({ ...TERMS, allow })
    assert.deepEqual(requestOptionsObject.parse(options), JSON.parse(JSON.stringify(options)))
  }
})

test('answers are taken with members that nobody reads, and without those that some clients leave out', async () => {
  const one = authenticator()
  const attestation = one.register(await toCreate())
  const assertion = one.assert(await toGet())
  const { authenticatorAttachment: _, clientExtensionResults: __, ...read } = assertion
  const more = { ...assertion, response: { ...assertion.response, attestationObject: 'x' }, credProps: { rk: true } }
  assert.deepEqual(assertionBody.parse(more), read)
  for (const userHandle of [null, undefined, '']) {
    assert.ok(assertionBody.safeParse({ ...read, response: { ...read.response, userHandle } }).success)
  }
  for (const transports of [null, undefined, [], ['hybrid', 'unheard'], [7]]) {
    const response = { ...attestation.response, transports, publicKeyAlgorithm: -7, publicKey: 'x' }
    assert.ok(attestationBody.safeParse({ ...attestation, response }).success)
  }
})

test('what is no answer, or too long for one, is refused', async () => {
  const one = authenticator()
  const attestation = one.register(await toCreate())
  const assertion = one.assert(await toGet())
  const long = 'A'.repeat(49_153)
  for (const change of [{ id: long }, { rawId: undefined }, { type: null }, { response: null }]) {
    assert.equal(assertionBody.safeParse({ ...assertion, ...change }).success, false)
    assert.equal(attestationBody.safeParse({ ...attestation, ...change }).success, false)
  }
  for (const member of ['clientDataJSON', 'authenticatorData', 'signature', 'userHandle']) {
    const response = { ...assertion.response, [member]: long }
    assert.equal(assertionBody.safeParse({ ...assertion, response }).success, false, member)
  }
  for (const change of [{ clientDataJSON: long }, { attestationObject: long }, { transports: Array(33).fill('usb') }]) {
    const response = { ...attestation.response, ...change }
    assert.equal(attestationBody.safeParse({ ...attestation, response }).success, false)
  }
})

test('26 a passkey is called by at most 64 characters of one line; by nothing is by no name', () => {
  for (const name of ['Phone', '私の電話', 'a'.repeat(64)]) assert.equal(nicknameBody.parse(name), name)
  assert.equal(nicknameBody.parse(''), null)
  for (const name of [
    'a'.repeat(65),
    'two\nlines',
    'null\u0000',
    'escape\u001b[2J',
    'del\u007f',
    'line\u2028',
    7,
    null,
  ]) {
    assert.equal(nicknameBody.safeParse(name).success, false, String(name))
  }
})
