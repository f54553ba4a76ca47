import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { changesOf, namesOf } from './changes.ts'

const SECRET = 's3cret'
const withoutSecrets = ({ secrets: _, ...shown }: { secrets?: unknown }) => shown

test('only what differs is told, by its place', () => {
  const before = { a: 1, b: { c: 1, d: [1] }, gone: true, same: { deep: null } }
  const after = { a: 2, b: { c: 1, d: [1, 2] }, come: 'x', same: { deep: null } }
  assert.deepEqual(changesOf({ before, after }), {
    a: { before: 1, after: 2 },
    'b.d': { before: [1], after: [1, 2] },
    gone: { before: true },
    come: { after: 'x' },
  })
  assert.deepEqual(changesOf({ before, after: before }), {})
  assert.deepEqual(changesOf({ after: { a: 1 } }), { a: { after: 1 } })
  assert.deepEqual(changesOf({ before: { a: 1 } }), { a: { before: 1 } })
})

test('what the API does not show, or shows otherwise, is only said to have changed', () => {
  const before = { key: 'one', list: [{ id: 1, token: 'x' }], name: 'a', secrets: { a: '1' } }
  const after = { key: 'two', list: [{ id: 1, token: 'y' }], name: 'b', secrets: { a: '2', b: '3' } }
  const hides = ({ secrets: _, ...rest }: typeof before) => ({ ...rest, key: '…', list: [{ id: 1 }] })
  assert.deepEqual(changesOf({ before, after, shown: hides }), {
    key: 'changed',
    list: 'changed',
    name: { before: 'a', after: 'b' },
    'secrets.a': 'changed',
    'secrets.b': 'changed',
  })
})

test('no secret is told, whatever its shape and whatever stands around it', () => {
  const whole = fc.record({
    name: fc.string(),
    nested: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
    secrets: fc.oneof(
      fc.constant({ a: SECRET, b: { c: [SECRET] } }),
      fc.constant([SECRET, { x: SECRET }]),
      fc.constant(SECRET),
      fc.constant(undefined),
    ),
  })
  fc.assert(
    fc.property(fc.option(whole, { nil: undefined }), fc.option(whole, { nil: undefined }), (before, after) => {
      assert.ok(!JSON.stringify(changesOf({ before, after, shown: withoutSecrets })).includes(SECRET))
    }),
  )
})

test('a row is never long: long values are only said to have changed, and of very many members some', () => {
  const long = changesOf({ after: { text: 'x'.repeat(5_000), short: 1 } })
  assert.deepEqual(long, { text: 'changed', short: 'changed' })
  const many = changesOf({ after: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`member${i}`, i])) })
  assert.ok(JSON.stringify(many).length <= 4_096)
  const names = changesOf({ after: { ['n'.repeat(10_000)]: 'x' } })
  assert.ok(JSON.stringify(names).length <= 4_096)
  const wide = namesOf(Array.from({ length: 100 }, (_, i) => `${i}${'\u2028'.repeat(99)}`))
  assert.ok(Buffer.byteLength(JSON.stringify(wide)) <= 4_096 && Object.keys(wide).length > 5)
})
