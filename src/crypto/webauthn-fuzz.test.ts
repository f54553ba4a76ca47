import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cbor } from '../../test/house/authenticator.ts'
import { asserted, EXPECTED, HANDLE, owned, registered, toGet } from '../../test/house/webauthn.ts'
import { isOneItem, isSequence } from './cbor.ts'
import { COSE_ALGORITHMS } from './cose-key.ts'
import { verifyAssertion, verifyRegistration } from './webauthn.ts'

/** So many mutations each, unless more are asked for. */
const numRuns = Number(process.env.ANTIPHON_TEST_MUTATIONS ?? 250)

/** Heads of CBOR that mean something else than what stood there: long lengths, nested lists, floats, tags, breaks. */
const HEADS = [0x1b, 0x3b, 0x5b, 0x5f, 0x7b, 0x81, 0x9b, 0x9f, 0xa1, 0xbb, 0xbf, 0xc1, 0xf7, 0xf9, 0xfb, 0xff]

const mutation = fc.record({
  /** In which of so many parts; not `fc.double`, most of whose numbers are next to nothing. */
  at: fc.integer({ min: 0, max: 2 ** 30 - 1 }).map((part) => part / 2 ** 30),
  how: fc.constantFrom('flip', 'head', 'cut', 'insert', 'repeat', 'remove'),
  byte: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...HEADS)),
  count: fc.integer({ min: 1, max: 64 }),
})

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never

function mutate(bytes: Buffer, { at, how, byte, count }: Mutation): Buffer {
  const place = Math.floor(at * bytes.byteLength)
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)]
  if (how === 'cut') return Buffer.from(before)
  if (how === 'insert') return Buffer.concat([before, Buffer.alloc(count, byte), after])
  if (how === 'repeat') return Buffer.concat([before, after.subarray(0, count), after])
  if (how === 'remove') return Buffer.concat([before, after.subarray(count)])
  const changed = Buffer.from(bytes)
  changed[place] = how === 'head' ? byte : (changed[place] ?? 0) ^ (byte || 1)
  return changed
}

const mutateText = (text: string, one: Mutation) => mutate(Buffer.from(text, 'base64url'), one).toString('base64url')
const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 })
const all = (some: readonly Mutation[]) => (bytes: Buffer) => some.reduce(mutate, bytes)

test('what is broken anywhere in an answer signs nobody in, and throws nothing', async () => {
  const known = await owned()
  const good = known.one.assert(await toGet())
  const signer = { ...known.credential, handle: HANDLE }
  const members = ['clientDataJSON', 'authenticatorData', 'signature'] as const
  const property = fc.asyncProperty(fc.constantFrom(...members), mutations, async (member, some) => {
    const broken = some.reduce(mutateText, good.response[member])
    fc.pre(broken !== good.response[member])
    const response = { ...good, response: { ...good.response, [member]: broken } }
    const { kind } = await verifyAssertion(response, { ...EXPECTED, signer })
    // There is more than one way to write the same signature.
    if (member !== 'signature') assert.equal(kind, 'refused')
  })
  await fc.assert(property, { numRuns })
})

test('whatever an authenticator signs of itself is judged, and throws nothing', async () => {
  const known = await owned()
  const property = fc.asyncProperty(mutations, async (some) => {
    const outcome = await asserted(known, { authData: all(some) })
    if (outcome.kind === 'verified') assert.ok(outcome.state.userVerified)
  })
  await fc.assert(property, { numRuns })
})

for (const [what, lieOf] of [
  ['the object', (change: (bytes: Buffer) => Buffer) => ({ attestationObject: change })],
  ['the data in it', (change: (bytes: Buffer) => Buffer) => ({ authData: change })],
] as const) {
  test(`a registration that is broken in ${what} is none, or a whole one, and throws nothing`, async () => {
    const property = fc.asyncProperty(mutations, async (some) => {
      const outcome = await registered(lieOf(all(some)))
      if (outcome.kind === 'refused') return
      assert.ok(COSE_ALGORITHMS.some((one) => one === outcome.credential.algorithm))
      assert.ok(outcome.credential.userVerified)
    })
    await fc.assert(property, { numRuns })
  })
}

test('texts in the place of answers are refused, and throw nothing', async () => {
  const text = fc.oneof(fc.string(), fc.base64String(), fc.constantFrom('', '=', '__proto__', 'null', '\u0000'))
  const response = fc.record({
    clientDataJSON: text,
    attestationObject: text,
    authenticatorData: text,
    signature: text,
  })
  const answer = fc.record({ id: text, rawId: text, type: text, response })
  const signer = { id: '', publicKey: '', handle: HANDLE }
  const property = fc.asyncProperty(answer, async (one) => {
    assert.equal((await verifyRegistration(one, EXPECTED)).kind, 'refused')
    assert.equal((await verifyAssertion(one, { ...EXPECTED, signer })).kind, 'refused')
  })
  await fc.assert(property, { numRuns })
})

const item = fc.letrec((tie) => ({
  item: fc.oneof(
    { maxDepth: 5 },
    fc.integer({ min: -(2 ** 32), max: 2 ** 32 - 1 }),
    fc.boolean(),
    fc.string(),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('item'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.string(), tie('item')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  ),
})).item as fc.Arbitrary<Parameters<typeof cbor>[0]>

test('one item of CBOR is one; with a byte more, a byte less or another behind it is none', () => {
  const property = fc.property(item, (one) => {
    const bytes = cbor(one)
    assert.equal(isOneItem(bytes), true)
    assert.equal(isOneItem(bytes.subarray(0, -1)), false)
    assert.equal(isOneItem(Buffer.concat([bytes, bytes])), false)
    assert.equal(isSequence(Buffer.concat([bytes, bytes])), true)
    assert.equal(isSequence(bytes.subarray(0, -1)), bytes.byteLength === 1)
  })
  fc.assert(property, { numRuns })
})

for (const [what, hex, is] of [
  ['nothing', '', false],
  ['eight floors', '8181818181818101', true],
  ['nine floors', '818181818181818101', false],
  ['a tag', 'c101', true],
  ['a tag of nothing', 'c1', false],
  ['a float of 16 bits', 'f97e00', true],
  ['a length to be told later', '9f01ff', false],
  ['a length that is reserved', '1c', false],
  ['a list of 2^64 - 1', '9bffffffffffffffff', false],
  ['a map of 2^63', 'bb8000000000000000', false],
  ['bytes of 2^64 - 1', '5bffffffffffffffff', false],
  ['a number that ends early', '1a0000', false],
] as const) {
  test(`CBOR: ${what}`, () => {
    assert.equal(isOneItem(Buffer.from(hex, 'hex')), is)
    assert.equal(isSequence(Buffer.from(hex, 'hex')), is || hex === '')
    assert.equal(isSequence(Buffer.from(`01${hex}`, 'hex')), is || hex === '')
  })
}
