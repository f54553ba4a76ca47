import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileMapping } from './compile.ts'
import { NO_FACTS } from './facts.ts'
import { type Circumstances, INPUTS } from './inputs.ts'
import { findMappingProblem } from './judge.ts'
import type { Mapping } from './mapping.ts'
import { REGISTERED_CLAIMS } from './registered.ts'

const input = ($input: string, $type: string) => ({ $input, $type })
const nested = (depth: number): object => (depth === 0 ? { x: 1 } : { deeper: nested(depth - 1) })

for (const [what, mapping] of [
  ['nothing', {}],
  ['literals', { text: 'a', number: 1.5, yes: true, no: false, nothing: null, list: ['a', 1, true, null] }],
  ['every input as every type', everyInput()],
  ['a member of the profile', { plan: { $custom_claim: 'plan' }, deep: { $custom_claim: 'a.b' } }],
  ['objects within objects', { a: nested(3) }],
  ['a name with a namespace', { 'https://shop.example/roles': ['a'] }],
  ['registered names within a claim', { user: { sub: 'x', exp: 1 } }],
  ['names of what every object has', { constructor: 1, toString: { $custom_claim: 'constructor' } }],
] as const) {
  test(`a mapping that is right: ${what}`, () => assert.equal(findMappingProblem(mapping), undefined))
}

function everyInput(): Mapping {
  const all = Object.entries(INPUTS).flatMap(([name, { types }]) => types.map((type) => [name, type] as const))
  return Object.fromEntries(all.map(([name, type]) => [`my ${name} ${type}`, input(name, type)]))
}

for (const [what, mapping, place, allowed] of [
  ['an input that is none', { a: { b: input('email', 'string') } }, 'a.b.$input', 'emails'],
  ['an input that every object has', { a: input('constructor', 'string') }, 'a.$input', 'user_id'],
  ['an input that is no text', { a: { $input: 7, $type: 'string' } }, 'a.$input', 'user_id'],
  ['a type that is none', { a: input('emails', 'uuid') }, 'a.$type', 'string, string[]'],
  ['a type that is missing', { a: { $input: 'user_id' } }, 'a.$type', 'uuid, string'],
  ['a type alone', { a: { $type: 'string' } }, 'a.$input', 'user_id'],
  ['an operator that is none', { a: { $profile: 'x' } }, 'a.$profile', '$custom_claim'],
  ['something beside an input', { a: { ...input('ip', 'string'), b: 1 } }, 'a.b', '$input'],
  [
    'something beside a member of the profile',
    { a: { $custom_claim: 'x', $type: 'string' } },
    'a.$type',
    '$custom_claim',
  ],
  ['a member of the profile without a name', { a: { $custom_claim: '' } }, 'a.$custom_claim', '128'],
  ['a member of the profile that is no text', { a: { $custom_claim: ['x'] } }, 'a.$custom_claim', 'text'],
  ['a member of the profile of a long name', { a: { $custom_claim: 'x'.repeat(129) } }, 'a.$custom_claim', '128'],
  ['an operator in the place of a claim', input('ip', 'string'), '$input', 'claim'],
  ['an operator in a list', { a: [1, input('ip', 'string')] }, 'a.1', 'text'],
  ['an object in a list', { a: ['x', { b: 1 }] }, 'a.1', 'text'],
  ['a claim without a name', { '': 1 }, '', '128'],
  ['a claim of a long name', { a: { ['x'.repeat(129)]: 1 } }, 'a', '128'],
  ['a prototype', { a: JSON.parse('{"__proto__": {}}') }, 'a', '__proto__'],
  ['too deep', { a: nested(4) }, 'a.deeper.deeper.deeper.deeper', '5'],
  ['too many', { a: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [i, i])) }, '', '100'],
  ['too large', { a: 'x'.repeat(4_096) }, '', '4096'],
  ...REGISTERED_CLAIMS.map((name) => [`the registered ${name}`, { a: 1, [name]: 1 }, name, 'iss, sub'] as const),
] as const) {
  test(`a mapping that is not: ${what}`, () => {
    const problem = findMappingProblem(mapping) ?? ''
    assert.ok(problem.startsWith(`body.mapping${place && `.${place}`}: must `), problem)
    assert.ok(problem.includes(allowed), problem)
  })
}

const here: Circumstances = {
  userId: 'usr_01h455vb4pex5vsknk084sn02q',
  sessionId: 'ses_1',
  authTime: 7,
  ip: '203.0.113.9',
  countryCode: null,
  groups: ['support'],
  facts: { ...NO_FACTS, emails: ['a@b.example'], profile: { sub: 'usr_somebody', plan: 'pro' } },
}

const name = fc.oneof(fc.constantFrom(...REGISTERED_CLAIMS), fc.string({ maxLength: 8 }))
const operator = fc.oneof(
  fc.record({ $input: fc.constantFrom(...Object.keys(INPUTS), 'nothing'), $type: fc.constantFrom('string', 'uuid') }),
  fc.record({ $custom_claim: fc.constantFrom('sub', 'plan', 'constructor') }),
)
const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), operator)

test('whatever is stored as a mapping, no claim of it is the server’s own', () => {
  fc.assert(
    fc.property(fc.dictionary(name, value), (mapping) => {
      const claims = compileMapping(mapping).resolve(here)
      for (const registered of REGISTERED_CLAIMS) assert.ok(!Object.hasOwn(claims, registered), registered)
    }),
    { numRuns: 1000 },
  )
})

test('a mapping that is accepted names no claim of the server, has each claim it names, and says all of it in JSON', () => {
  let accepted = 0
  fc.assert(
    fc.property(fc.dictionary(name, value), (mapping) => {
      const names = Object.keys(mapping)
      if (findMappingProblem(mapping) !== undefined) return
      accepted += 1
      assert.ok(!names.some((one) => REGISTERED_CLAIMS.includes(one)))
      const claims = compileMapping(mapping).resolve(here)
      assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(claims))).sort(), names.sort())
    }),
    { numRuns: 2000 },
  )
  assert.ok(accepted > 100)
})
