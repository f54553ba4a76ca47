import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldName, foundBy, nameKeysOf, namesOf, rangeOf } from './names.ts'

const TABLE: readonly (readonly [object, ReturnType<typeof namesOf>])[] = [
  [{}, { whole: undefined, given: undefined, family: undefined }],
  [{ first_name: 'Ada' }, { whole: undefined, given: 'ada', family: undefined }],
  [{ last_name: 'Lovelace' }, { whole: undefined, given: 'lovelace', family: undefined }],
  [
    { first_name: ' Ada ', last_name: 'LOVELACE' },
    { whole: undefined, given: 'ada lovelace', family: 'lovelace ada' },
  ],
  [
    { given_name: 'José', family_name: 'Núñez', name: 'José  Núñez' },
    { whole: undefined, given: 'jose nunez', family: 'nunez jose' },
  ],
  [
    { name: 'Ada King', first_name: 'Ada' },
    { whole: 'ada king', given: 'ada', family: undefined },
  ],
  [
    { name: 7, first_name: ['Ada'], last_name: '  ' },
    { whole: undefined, given: undefined, family: undefined },
  ],
]

for (const [profile, names] of TABLE) {
  test(`the names of ${JSON.stringify(profile)}`, () => assert.deepEqual(namesOf({ ...profile }), names))
}

const anyName = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom('Ada', 'Åsa', 'İpek', '李 小龙'),
)

test('whoever is found by the beginning of a name stands in the range of its column, in any order of letters', () => {
  let found = 0
  fc.assert(
    fc.property(anyName, anyName, fc.nat(5), (first, last, length) => {
      const profile = { first_name: first, last_name: last }
      const prefix = foldName([...foldName(last)].slice(0, length + 1).join(''))
      if (prefix === '') return
      const column = foundBy(profile, prefix)
      if (column === undefined) return
      found += 1
      const key = nameKeysOf(profile)[column] ?? ''
      const [from, before] = rangeOf(prefix)
      assert.ok(from <= key && key < before, `${from} ${key} ${before}`)
      assert.match(key, /^[0-9a-f]{2,128}$/)
    }),
    { numRuns: 2000 },
  )
  assert.ok(found > 100, `only ${found}`)
})

test('a name is folded once and for all', () => {
  fc.assert(fc.property(anyName, (name) => assert.equal(foldName(foldName(name)), foldName(name))))
})
