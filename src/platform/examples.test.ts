import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { answerExampleOf, exampleOf } from './examples.ts'
import { glossary, type Words } from './words.ts'

const WORDS: Words = {
  email: ['An address.', 'ada@larkspur.example'],
  id: ['Which one.', 'usr_1'],
  'Door.id': ['Which door.', 'door_1'],
  colour: ['Of the paint.', 'green'],
  reason: ['Why not.', undefined],
  Key: ['What opens it.', { teeth: 5 }],
}

/** The example of a member `it` of the operation `getDoor`, and what is noticed meanwhile. */
function made(shape: z.ZodType, words: Words = WORDS) {
  const known = glossary(words)
  const example = exampleOf(shape, { owner: 'getDoor', name: 'it', members: 'getDoor' }, known)
  return { example, lacking: [...known.lacking] }
}

const MADE: readonly [name: string, shape: z.ZodType, example: unknown][] = [
  [
    'an object has the examples of its members',
    z.object({ email: z.email(), id: z.string() }),
    { email: 'ada@larkspur.example', id: 'usr_1' },
  ],
  [
    'its own example is before all others',
    z.object({ email: z.email().meta({ examples: ['bob@x.example'] }) }),
    { email: 'bob@x.example' },
  ],
  [
    'a word of its owner is before that of everybody',
    z.object({ id: z.string() }).meta({ id: 'Door' }),
    { id: 'door_1' },
  ],
  [
    'below a member without an id, the member is the owner',
    z.object({ Door: z.object({ id: z.string() }) }),
    { Door: { id: 'door_1' } },
  ],
  [
    'a word may stand for a whole schema',
    z.object({ teeth: z.int(), weight: z.int().optional() }).meta({ id: 'Key' }),
    { teeth: 5 },
  ],
  ['a list has one of what it lists', z.object({ email: z.array(z.string()) }), { email: ['ada@larkspur.example'] }],
  [
    'a record has one entry',
    z.object({ email: z.record(z.literal('to'), z.string()) }),
    { email: { to: 'ada@larkspur.example' } },
  ],
  ['a default is an example', z.object({ size: z.int().default(7) }), { size: 7 }],
  ['of alternatives the first is', z.enum(['open', 'shut']), 'open'],
  [
    'a word that is none of the alternatives is passed over',
    z.object({ colour: z.enum(['red', 'blue']) }),
    { colour: 'red' },
  ],
  ['what a word leaves out is left out', z.object({ id: z.string(), reason: z.string().optional() }), { id: 'usr_1' }],
  ['what may be missing is told all the same', z.object({ id: z.string().nullable().optional() }), { id: 'usr_1' }],
  ['what nobody may say is left out', z.object({ id: z.string(), x: z.never().optional() }), { id: 'usr_1' }],
  [
    'of a transformation, what goes in is told',
    z.object({ id: z.string().transform((id) => id.length) }),
    { id: 'usr_1' },
  ],
]

for (const [name, shape, example] of MADE) test(name, () => assert.deepEqual(made(shape), { example, lacking: [] }))

const LACKING: readonly [name: string, shape: z.ZodType, told: RegExp, words?: Words][] = [
  ['a member that has no example', z.object({ size: z.int() }), /^getDoor\.size: has no example$/],
  [
    'a word of one place that does not fit there',
    z.object({ id: z.int() }),
    /^getDoor\.id: its example is refused/,
    { 'getDoor.id': ['Which.', 'x'] },
  ],
  [
    'what fits by its members, and not as a whole',
    z.object({ id: z.string() }).refine(() => false, 'is never right'),
    /^getDoor\.it: its example is refused: .*is never right$/,
  ],
]

for (const [name, shape, told, words] of LACKING)
  test(`${name} is noticed`, () => {
    const { example, lacking } = made(shape, words)
    assert.equal(example, undefined)
    assert.match(lacking[0] ?? 'nothing', told)
  })

test('an answer is told as it leaves', () => {
  const shape = z.object({ id: z.string().transform((id) => id.toUpperCase()) })
  const known = glossary(WORDS)
  assert.deepEqual(answerExampleOf(shape, { owner: 'getDoor', name: 'response' }, known), { id: 'USR_1' })
})

test('a word that nobody asks for is named, and so is a member that no word explains', () => {
  const known = glossary(WORDS)
  exampleOf(z.object({ id: z.string() }).meta({ id: 'Door' }), { owner: 'getDoor', name: 'response' }, known)
  assert.equal(known.meaningOf('colour', 'Door'), 'Of the paint.')
  assert.equal(known.meaningOf('weight', 'Door'), undefined)
  assert.deepEqual([...known.lacking], ['Door.weight: is not described'])
  assert.deepEqual(known.unused(), ['email', 'id', 'reason', 'Key'])
})
