import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { describeFaults, judgeInput, listFaults } from './judge-input.ts'

const told = (shape: z.ZodType, value: unknown): string => {
  const judged = judgeInput(shape, value, 'body')
  return 'problem' in judged ? judged.problem : 'fits'
}

const limit = z.coerce.number().int().min(1).max(500)
const tagged = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('smtp'), host: z.string() }),
  z.object({ kind: z.literal('sms'), from: z.string().max(3) }),
])
const either = z.union([
  z.object({ email: z.string(), code: z.never().optional() }),
  z.object({ code: z.string().regex(/^\d+$/, 'must be digits') }),
])

const CASES: readonly [shape: z.ZodType, value: unknown, sentence: string][] = [
  [z.object({ a: z.string() }), {}, 'body.a: is missing'],
  [z.object({ a: z.string() }), undefined, 'body: is missing'],
  [z.object({ a: z.enum(['x', 'y']) }), {}, 'body.a: is missing'],
  [z.object({ a: z.string() }), [], 'body: must be an object'],
  [z.string(), 1, 'body: must be a text'],
  [z.string().min(1), '', 'body: must be a text of at least 1 character'],
  [z.string().min(4).max(4), 'x', 'body: must be a text of 4 characters'],
  [z.string().min(2).max(4), 'x', 'body: must be a text of 2 to 4 characters'],
  [z.string().max(2), 'xxx', 'body: must be a text of at most 2 characters'],
  [limit, 'abc', 'body: must be a whole number from 1 to 500'],
  [limit, '501', 'body: must be a whole number from 1 to 500'],
  [z.int(), 1.5, 'body: must be a whole number'],
  [z.int().min(0), -1, 'body: must be a whole number of at least 0'],
  [z.number().max(2), 3, 'body: must be a number of at most 2'],
  [z.boolean(), 'true', 'body: must be true or false'],
  [z.array(z.int()).max(2), [1, 2, 3], 'body: must be a list of at most 2 items'],
  [
    z.object({ a: z.array(z.object({ b: z.int() })) }),
    { a: [{ b: 1 }, { b: '' }] },
    'body.a[1].b: must be a whole number',
  ],
  [z.enum(['x', 'y']), 'z', 'body: must be one of x, y'],
  [z.literal('S256'), 'plain', 'body: must be S256'],
  [z.iso.datetime(), 'now', 'body: must be a date and time such as 2026-01-02T03:04:05Z'],
  [z.email().max(9), 'x', 'body: must be an e-mail address of at most 9 characters'],
  [z.url(), 'x', 'body: must be an absolute URL'],
  [z.uuid(), 'x', 'body: must be a UUID'],
  [z.string().nullable(), 1, 'body: must be a text'],
  [z.string().regex(/^a/, 'must begin with a'), 'b', 'body: must begin with a'],
  [z.string().max(1).regex(/^a/, 'must begin with a'), 'bb', 'body: must be a text of at most 1 character'],
  [z.strictObject({ a: z.int() }), { a: 1, foo: 2 }, 'body.foo: is not known here'],
  [z.strictObject({}), { 'a b': 1 }, 'body.?: is not known here'],
  [z.record(z.string().max(2), z.int()), { abc: 1 }, 'body: a name in it must be a text of at most 2 characters'],
  [z.record(z.string(), z.int()), { abc: 'x' }, 'body.abc: must be a whole number'],
  [z.union([z.string(), z.array(z.string())]), 5, 'body: must be a text or a list'],
  [z.union([z.string(), z.array(z.string())]), ['', 5], 'body[1]: must be a text'],
  [tagged, {}, 'body.kind: is missing'],
  [tagged, { kind: 'x' }, 'body.kind: must be one of smtp, sms'],
  [tagged, { kind: 'sms', from: 'long' }, 'body.from: must be a text of at most 3 characters'],
  [either, {}, 'body.email: is missing'],
  [either, { code: 'x' }, 'body.code: must be digits'],
  [either, { email: 'x', code: '7' }, 'fits'],
  [either, { email: 7, code: 'x' }, 'body.code: must be digits'],
  [z.custom(() => false, 'is empty'), 'x', 'body: is empty'],
]

test('a fault is told by its place and by what to change', () => {
  for (const [shape, value, sentence] of CASES) assert.equal(told(shape, value), sentence)
  assert.deepEqual(judgeInput(z.string().trim(), ' x ', 'body'), { data: 'x' })
})

test('what is many is counted: values of an enumeration, and faults', () => {
  const many = z.enum(Array.from({ length: 33 }, (_, index) => `v${index}`))
  assert.match(told(many, ''), /v28, v29 and 3 more$/)
  const wide = z.object(Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`m${index}`, z.int()])))
  assert.match(told(wide, {}), /^body\.m0: is missing; .*body\.m4: is missing; and 3 more$/)
})

test('a message stays short, however long a single fault is', () => {
  const faults = Array.from({ length: 3 }, (_, index) => ({ place: `body.m${index}`, fault: 'x'.repeat(500) }))
  assert.match(describeFaults(faults), /^body\.m0: x{500}; and 2 more$/)
  assert.equal(describeFaults([{ place: 'body', fault: 'x'.repeat(5_000) }]).length, 600)
})

test('one member is named once, whatever is wrong with it', () => {
  const shape = z.string().min(5).regex(/^a/, 'must begin with a')
  assert.deepEqual(listFaults(z.object({ a: shape }), { a: 'x' }, 'body'), [
    { place: 'body.a', fault: 'must be a text of at least 5 characters' },
  ])
})
