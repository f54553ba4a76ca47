import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideMatch, type MatchDecision, type Matches } from './matching.ts'

const ours = { id: 'ours', externalId: undefined }
const linked = { id: 'linked', externalId: 'legacy-1' }
const stranger = { id: 'stranger', externalId: 'legacy-2' }

const TABLE: readonly [name: string, matches: Matches, decision: MatchDecision][] = [
  ['nobody is known: create', { byExternalId: undefined, owners: [] }, { kind: 'create' }],
  ['the external id is known', { byExternalId: linked, owners: [] }, { kind: 'known', userId: 'linked' }],
  ['… and the identifiers are theirs', { byExternalId: linked, owners: [linked] }, { kind: 'known', userId: 'linked' }],
  [
    'an identifier of a user of ours: link',
    { byExternalId: undefined, owners: [ours] },
    { kind: 'link', userId: 'ours' },
  ],
  ['an identifier of another legacy user', { byExternalId: undefined, owners: [stranger] }, { kind: 'conflict' }],
  ['identifiers of two users', { byExternalId: undefined, owners: [ours, stranger] }, { kind: 'conflict' }],
  [
    'the external id is one’s, the identifier another’s',
    { byExternalId: linked, owners: [ours] },
    { kind: 'conflict' },
  ],
  ['… who is a legacy user too', { byExternalId: linked, owners: [linked, stranger] }, { kind: 'conflict' }],
]

for (const [name, matches, decision] of TABLE) {
  test(`decideMatch: ${name}`, () => assert.deepEqual(decideMatch(matches), decision))
}

const owner = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  externalId: fc.constantFrom(undefined, 'legacy-1', 'legacy-2'),
})
const matches = fc.record({
  byExternalId: fc.option(owner, { nil: undefined }),
  owners: fc.array(owner, { maxLength: 4 }),
})

test('decideMatch never picks one of several people, nor anybody who was not matched', () => {
  fc.assert(
    fc.property(matches, (given) => {
      const people = new Set([...given.owners, ...(given.byExternalId ? [given.byExternalId] : [])].map(({ id }) => id))
      const decided = decideMatch(given)
      assert.equal(decided.kind === 'create', people.size === 0)
      if (people.size > 1) assert.equal(decided.kind, 'conflict')
      if ('userId' in decided) assert.deepEqual([...people], [decided.userId])
    }),
  )
})

test('decideMatch links nobody who has an external id', () => {
  fc.assert(
    fc.property(matches, (given) => {
      const decided = decideMatch(given)
      if (decided.kind !== 'link') return
      assert.equal(given.byExternalId, undefined)
      assert.equal(given.owners[0]?.externalId, undefined)
    }),
  )
})
