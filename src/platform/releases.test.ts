import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findTooNew, RELEASES, releaseMarks, THIS_RELEASE } from './releases.ts'

const cases: readonly (readonly [what: string, names: readonly string[], tooNew: number | undefined])[] = [
  ['a database of before there were marks', ['sessions/001-create'], undefined],
  ['its own', ['release/003', 'release/004', 'sessions/001-create'], undefined],
  ['an older one, which is yet to be migrated', ['release/003'], undefined],
  ['one that the next release serves', ['release/004', 'release/005', 'sessions/009-more'], undefined],
  ['one that the next but one serves', ['release/004', 'release/005', 'release/006'], 6],
  ['one that was taken over many releases at once', ['release/005', 'release/006', 'release/012'], 12],
  ['one that the next release took something from', ['release/005-contracts'], 5],
  ['one that an earlier release took something from', ['release/003-contracts', 'release/004-contracts'], undefined],
  ['a migration that has such a name by chance', ['release/notes', 'my-release/009'], undefined],
]
for (const [what, names, tooNew] of cases) {
  test(`release 4 ${tooNew === undefined ? 'serves' : 'refuses'} ${what}`, () =>
    assert.equal(findTooNew(names, 4), tooNew))
}

test('a release serves what it and the one before it made, and nothing that is newer by two', () => {
  const mark = (number: number) => `release/${String(number).padStart(3, '0')}`
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 2000 }), (own, newest) => {
      const names = Array.from({ length: newest }, (_, i) => mark(i + 1))
      assert.equal(findTooNew(names, own), newest >= own + 2 ? newest : undefined)
    }),
  )
})

test('releases are numbered without a gap, and each leaves a mark that it knows itself', () => {
  assert.deepEqual(
    RELEASES.map(({ number }) => number),
    Array.from({ length: THIS_RELEASE }, (_, i) => i + 1),
  )
  assert.equal(releaseMarks.length, RELEASES.length)
  assert.equal(findTooNew(releaseMarks.map(({ name }) => name)), undefined)
  assert.equal(findTooNew([...releaseMarks.map(({ name }) => name), `release/00${THIS_RELEASE + 2}`]), THIS_RELEASE + 2)
})
