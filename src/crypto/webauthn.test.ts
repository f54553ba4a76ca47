import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import {
  type AssertionLie,
  type AttestationLie,
  authenticator,
  cbor,
  coseOf,
  ORIGIN,
} from '../../test/house/authenticator.ts'
import {
  ANDROID,
  asserted,
  EXPECTED,
  HANDLE,
  owned,
  registered,
  TERMS,
  toCreate,
  toGet,
} from '../../test/house/webauthn.ts'
import { creationOptions, nobodysCredential, requestOptions, verifyAssertion } from './webauthn.ts'
import type { Expected } from './webauthn-ceremony.ts'
import { readCredentialId } from './webauthn-response.ts'

const ID = Buffer.alloc(16, 2).toString('base64url')

test('creation options are what clients decode into strict types, and offer the three algorithms alone', async () => {
  const options = await creationOptions({ ...TERMS, exclude: [{ id: ID, transports: ['internal', 'hybrid'] }] })
  assert.deepEqual(JSON.parse(JSON.stringify(options)), {
    challenge: Buffer.alloc(32, 1).toString('base64url'),
    rp: { name: 'Example', id: 'app.example.com' },
    user: { id: HANDLE.toString('base64url'), name: 'ana@example.com', displayName: 'Ana' },
    pubKeyCredParams: [
      { alg: -8, type: 'public-key' },
      { alg: -7, type: 'public-key' },
      { alg: -257, type: 'public-key' },
    ],
    timeout: 60_000,
    attestation: 'none',
    excludeCredentials: [{ id: ID, type: 'public-key', transports: ['internal', 'hybrid'] }],
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    extensions: { credProps: true },
    hints: [],
  })
  const silent = await creationOptions({ ...TERMS, discoverable: false, attestation: 'enterprise' })
  assert.equal(silent.authenticatorSelection?.residentKey, 'preferred')
  assert.equal(silent.attestation, 'enterprise')
  assert.equal((await toCreate()).authenticatorSelection?.residentKey, 'required', 'nothing stays from call to call')
})

test('request options name whoever may answer, and for a login nobody', async () => {
  const common = { challenge: Buffer.alloc(32, 1).toString('base64url'), rpId: 'app.example.com', timeout: 60_000 }
  assert.deepEqual(await toGet(), { ...common, userVerification: 'required', allowCredentials: [] })
  const options = await requestOptions({
    ...EXPECTED,
    userVerification: 'preferred',
    allow: [{ id: ID, transports: [] }],
  })
  assert.deepEqual(options, {
    ...common,
    userVerification: 'preferred',
    allowCredentials: [{ id: ID, type: 'public-key', transports: [] }],
  })
})

for (const [algorithm, number] of [
  ['ES256', -7],
  ['EdDSA', -8],
  ['RS256', -257],
] as const) {
  test(`what an authenticator with ${algorithm} has registered, it logs in with`, async () => {
    const { one, credential } = await owned({ algorithm, counter: 6, aaguid: '01020304-0506-0708-0102-030405060708' })
    const { publicKey, ...rest } = credential
    assert.ok(publicKey.length > 40)
    assert.deepEqual(rest, {
      id: one.id,
      algorithm: number,
      transports: ['internal'],
      aaguid: '01020304-0506-0708-0102-030405060708',
      isModelProven: false,
      attestationFormat: 'none',
      signCount: 7,
      backupEligible: false,
      backupState: false,
      userVerified: true,
    })
    assert.deepEqual(await asserted({ one, credential }), {
      kind: 'verified',
      state: { signCount: 8, backupEligible: false, backupState: false, userVerified: true },
    })
  })
}

const CHALLENGE = EXPECTED.challenge
const unverified = { flags: { uv: false } }
const hash = (length: number) => `android:apk-key-hash:${'a'.repeat(length)}`

/** What both ceremonies refuse, by the number of the negative case in the design. */
const LIES: readonly [string, AttestationLie & AssertionLie, Partial<Expected>?][] = [
  ['7 another challenge', { clientData: { challenge: 'AAAA' } }],
  ['7 a challenge with padding', { clientData: { challenge: `${Buffer.from(CHALLENGE).toString('base64')}` } }],
  ['8 the other ceremony', { clientData: { type: 'payment.get' } }],
  ['9 an origin that is not listed', { origin: 'https://evil.example.com' }],
  ['9 an origin below a listed one', { origin: 'https://sub.app.example.com' }],
  ['9 no origin', { clientData: { origin: undefined } }],
  ['9 a list of origins', { clientData: { origin: [ORIGIN] } }],
  ['10 an origin with a slash', { origin: `${ORIGIN}/` }],
  ['11 http', { origin: 'http://app.example.com' }],
  ['12 the hash of another Android app', { origin: hash(43) }],
  ['12 an Android hash that is too short', { origin: hash(42) }],
  ['13 another RP id', { rpId: 'example.com' }],
  ['14 nobody present', { flags: { up: false } }],
  ['15 34 nobody verified where it is required', unverified],
  ['16 synced without being eligible', { flags: { bs: true } }],
  ['22 in the frame of another origin', { clientData: { crossOrigin: true } }],
  ['22 the same, and whose frame', { clientData: { crossOrigin: true, topOrigin: 'https://evil.example.com' } }],
  ['22 a top origin alone', { clientData: { topOrigin: ORIGIN } }],
  ['an odd word for a frame', { clientData: { crossOrigin: 'no' } }],
  ['client data that is a text', { clientDataText: '"webauthn"' }],
  ['client data that is null', { clientDataText: 'null' }],
  ['client data that is no JSON', { clientDataText: '{' }],
  ['another type of credential', { type: 'password' }],
  ['18 another id', { id: ID }],
  ['two ids', { rawId: ID }],
  ['an id that is no base64url', { id: 'not base64url!!!!!!!!!' }],
  ['19 an id of 15 bytes', { id: Buffer.alloc(15).toString('base64url'), attestedId: Buffer.alloc(15) }],
  ['19 an id of 1024 bytes', { id: Buffer.alloc(1024).toString('base64url'), attestedId: Buffer.alloc(1024) }],
  ['24 a byte behind the data', { authData: (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]) }],
  ['data that ends early', { authData: (bytes) => bytes.subarray(0, 36) }],
  ['extensions that are none', { flags: { ed: true } }],
]

for (const [what, lie, expected] of LIES) {
  test(`refused in both ceremonies: ${what}`, async () => {
    const known = await owned()
    assert.equal((await registered(lie, expected)).kind, 'refused')
    assert.equal((await asserted(known, lie, expected)).kind, 'refused')
    assert.equal((await asserted(known)).kind, 'verified', 'without it')
  })
}

/** What both ceremonies take. */
const TAKEN: readonly [string, AttestationLie & AssertionLie, Partial<Expected>?][] = [
  ['an Android app that is listed', { origin: ANDROID }],
  ['nobody verified where it is preferred', unverified, { userVerification: 'preferred' }],
  ['nobody verified where it is discouraged', unverified, { userVerification: 'discouraged' }],
  ['eligible, not synced yet', { flags: { be: true } }],
  ['eligible and synced', { flags: { be: true, bs: true } }],
  ['client data that says nothing of frames', { clientData: { crossOrigin: undefined } }],
  ['members that nobody knows', { clientData: { other_keys_can_be_added_here: 'do not compare' } }],
  ['extensions', { extensions: new Map([['credProtect', 2]]) }],
]

for (const [what, lie, expected] of TAKEN) {
  test(`taken in both ceremonies: ${what}`, async () => {
    assert.equal((await registered(lie, expected)).kind, 'verified')
    assert.equal((await asserted(await owned(), lie, expected)).kind, 'verified')
  })
}

test('27 of two members of one name in the client data the last one counts, for the checks of the library as for ours', async () => {
  const text = (...members: string[]) => ({ clientDataText: `{${members.join(',')}}` })
  const good = [
    '"type":"webauthn.create"',
    `"challenge":"${Buffer.from(CHALLENGE).toString('base64url')}"`,
    `"origin":"${ORIGIN}"`,
  ]
  assert.equal((await registered(text('"crossOrigin":true', ...good, '"crossOrigin":false'))).kind, 'verified')
  assert.equal((await registered(text('"crossOrigin":false', ...good, '"crossOrigin":true'))).kind, 'refused')
  assert.equal((await registered(text('"origin":"https://evil.example.com"', ...good))).kind, 'verified')
  assert.equal((await registered(text(...good, '"origin":"https://evil.example.com"'))).kind, 'refused')
})

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
const k256 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey
const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
const withMembers = (...pairs: [number, number | Buffer][]) => new Map([...coseOf(p256, 'ES256'), ...pairs])

const KEYS: readonly [string, NonNullable<AttestationLie['cose']>][] = [
  ['17 ML-DSA-44', withMembers([3, -48])],
  ['17 PS256', withMembers([3, -37])],
  ['17 secp256k1', new Map([...coseOf(k256, 'ES256'), [3, -47], [-1, 8]])],
  ['a point of secp256k1 said to be of P-256', coseOf(k256, 'ES256')],
  ['ES256 with a key for EdDSA', withMembers([1, 1])],
  ['EdDSA with a key for ES256', withMembers([3, -8])],
  ['ES256 with a point of P-384', withMembers([-1, 2])],
  ['a point that is on no curve', withMembers([-3, Buffer.alloc(32, 3)])],
  ['a coordinate too short', withMembers([-2, Buffer.alloc(31, 3)])],
  ['RSA of 1024 bits', coseOf(weakRsa, 'RS256')],
  [
    'RSA with an exponent of one',
    new Map([...coseOf(weakRsa, 'RS256'), [-1, Buffer.alloc(256, 0xff)], [-2, Buffer.from([1])]]),
  ],
  ['a key with a load of its own', withMembers([4, Buffer.alloc(2000)])],
  ['no key', new Map()],
]

for (const [what, cose] of KEYS) {
  test(`no credential of such a key: ${what}`, async () => {
    assert.equal((await registered({ cose })).kind, 'refused')
  })
}

const BOMB = Buffer.alloc(40_000, 0x81)
const OBJECTS: readonly [string, AttestationLie][] = [
  ['8 an assertion', { clientData: { type: 'webauthn.get' } }],
  ['24 a byte behind the object', { attestationObject: (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]) }],
  ['24 an object that ends early', { attestationObject: (bytes) => bytes.subarray(0, -1) }],
  ['24 a bomb of 40 000 lists', { attestationObject: () => BOMB }],
  ['24 a bomb inside the data', { authData: (bytes) => Buffer.concat([bytes.subarray(0, 71), BOMB]) }],
  ['24 64 KiB of nothing', { attestationObject: () => Buffer.alloc(49_152) }],
  ['an object without data', { attestationObject: () => cbor(new Map([['fmt', 'none']])) }],
  ['a list', { attestationObject: () => cbor(['fmt', 'none']) }],
  ['a format that nobody knows', { format: 'homemade' }],
  ['no credential', { flags: { at: false } }],
  ['18 an attested id that is another', { attestedId: Buffer.alloc(16, 9) }],
]

for (const [what, lie] of OBJECTS) {
  test(`no registration: ${what}`, async () => {
    const outcome = await registered(lie)
    assert.ok(outcome.kind === 'refused' && outcome.reason.length > 0 && outcome.reason.length <= 200)
  })
}

test('24 a bomb inside the data is measured before anybody reads it, in both ceremonies', async () => {
  const reason = 'the authenticator data does not end in CBOR'
  const attested = { authData: (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 71), BOMB]) }
  assert.deepEqual(await registered(attested), { kind: 'refused', reason })
  const extended = { flags: { ed: true }, authData: (bytes: Buffer) => Buffer.concat([bytes, BOMB]) }
  assert.deepEqual(await asserted(await owned(), extended), { kind: 'refused', reason })
})

test('whatever a statement says is not looked at, and no call leaves for its certificates', async () => {
  const reached: unknown[] = []
  const { fetch } = globalThis
  globalThis.fetch = async (url) => {
    reached.push(url)
    throw new Error('no network')
  }
  try {
    for (const format of ['packed', 'tpm', 'android-key', 'android-safetynet', 'fido-u2f', 'apple', 'compound']) {
      const statement = new Map([['x5c', [Buffer.from('no certificate')]]])
      const outcome = await registered({ format, statement })
      assert.ok(outcome.kind === 'verified')
      assert.equal(outcome.credential.attestationFormat, format)
    }
  } finally {
    globalThis.fetch = fetch
  }
  assert.deepEqual(reached, [])
})

test('of the transports that a client says those are kept that we know', async () => {
  const transports = ['hybrid', 'carrier-pigeon', 7, null, 'usb', 'usb', '__proto__']
  const outcome = await registered({ transports })
  assert.deepEqual(outcome.kind === 'verified' && outcome.credential.transports, ['hybrid', 'usb'])
})

const padded = (text: string) => text.padEnd(Math.ceil(text.length / 4) * 4, '=')

test('30 a handle may be missing, empty, padded; 29 that of another user is refused', async () => {
  const known = await owned()
  const handle = HANDLE.toString('base64url')
  for (const userHandle of [null, '', handle, padded(handle)]) {
    assert.equal((await asserted(known, { userHandle })).kind, 'verified', String(userHandle))
  }
  for (const userHandle of [
    Buffer.from('usr_2').toString('base64url'),
    `${handle}AAAA`,
    'no base64url!',
    HANDLE.toString(),
  ]) {
    assert.equal((await asserted(known, { userHandle })).kind, 'refused', userHandle)
  }
})

test('47 the id of a credential is read with padding and without; what is none is none', () => {
  for (const text of [ID, padded(ID)]) assert.equal(readCredentialId(text), ID)
  const long = Buffer.alloc(1023).toString('base64url')
  assert.equal(readCredentialId(long), long)
  for (const no of [
    '',
    '=',
    '\u0000',
    `${ID}*`,
    ID.slice(4),
    `${long}AAAA`,
    Buffer.alloc(18, 0xff).toString('base64'),
  ]) {
    assert.equal(readCredentialId(no), undefined, no)
  }
})

test('ids may be padded', async () => {
  const known = await owned()
  assert.equal((await asserted(known, { id: padded(known.one.id) })).kind, 'verified')
  assert.equal((await asserted(known, { id: padded(known.one.id), rawId: known.one.id })).kind, 'verified')
})

test('a signature that is altered, cut, or by another credential is refused', async () => {
  const known = await owned()
  const flipped = (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])])
  assert.equal((await asserted(known, { signature: flipped })).kind, 'refused')
  assert.equal((await asserted(known, { signature: (bytes) => bytes.subarray(0, 10) })).kind, 'refused')
  const other = authenticator()
  other.register(await toCreate())
  const answer = await asserted({ ...known, one: other }, { id: known.one.id })
  assert.deepEqual(answer, { kind: 'refused', reason: 'the signature is not the one of the credential' })
})

test('35 the count is for whoever asks to judge, and nobody learns it without a signature', async () => {
  const known = await owned({ counter: 100 })
  const outcome = await asserted(known, { counter: 3 })
  assert.equal(outcome.kind === 'verified' && outcome.state.signCount, 3)
  const unsigned = await asserted(known, { counter: 0, signature: (bytes) => bytes.fill(1) })
  assert.ok(unsigned.kind === 'refused' && !/counter|100/.test(unsigned.reason))
})

test('nobody’s credential is a key as any, and nobody signs with it', async () => {
  const { one } = await owned()
  const signer = nobodysCredential(one.id)
  const outcome = await verifyAssertion(one.assert(await toGet()), { ...EXPECTED, signer })
  assert.deepEqual(outcome, { kind: 'refused', reason: 'the signature is not the one of the credential' })
})
