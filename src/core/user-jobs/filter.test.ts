import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FilteredUser, type FilterGrounds, isMeant, type JobFilter } from './filter.ts'

const ada: FilteredUser = {
  id: 'usr_a',
  status: 'active',
  createdAt: 50,
  isMigrated: true,
  profile: { first_name: 'Ada', last_name: 'Lovelace' },
}
const NOBODY: FilterGrounds = { named: new Set(), imported: new Set(), members: new Set() }
const EVERYWHERE: FilterGrounds = { named: new Set([ada.id]), imported: new Set([ada.id]), members: new Set([ada.id]) }

const TABLE: readonly (readonly [JobFilter, boolean, FilterGrounds?])[] = [
  [{}, false],
  [{ all: true }, true],
  [{ ids: ['usr_a', 'usr_b'] }, true],
  [{ ids: ['usr_b'] }, false],
  [{ ids: [] }, false],
  [{ status: 'active' }, true],
  [{ status: 'inactive' }, false],
  [{ createdAfter: 49 }, true],
  [{ createdAfter: 50 }, false],
  [{ createdBefore: 51 }, true],
  [{ createdBefore: 50 }, false],
  [{ query: 'lovel' }, true],
  [{ query: 'ovel' }, false],
  [{ query: '  ' }, false],
  [{ query: 'ada@example.com' }, true, EVERYWHERE],
  [{ migrated: true }, true],
  [{ migrated: false }, false],
  [{ importId: 'imp_1' }, true, EVERYWHERE],
  [{ importId: 'imp_1' }, false],
  [{ group: 'staff' }, true, EVERYWHERE],
  [{ group: 'staff' }, false],
  [{ status: 'active', migrated: true, createdAfter: 1, createdBefore: 99, query: 'ada' }, true],
  [{ status: 'active', migrated: true, createdAfter: 1, createdBefore: 99, query: 'bob' }, false],
]

for (const [filter, expected, grounds = NOBODY] of TABLE) {
  test(`a job over ${JSON.stringify(filter)} ${expected ? 'means' : 'does not mean'} Ada`, () =>
    assert.equal(isMeant(ada, filter, grounds), expected))
}

test('a further member never lets a job mean more', () => {
  const member = fc.constantFrom<JobFilter>(
    ...TABLE.map(([filter]) => filter).filter((one) => Object.keys(one).length === 1),
  )
  fc.assert(
    fc.property(member, member, (one, other) => {
      const both = { ...one, ...other }
      if (isMeant(ada, both, EVERYWHERE)) assert.ok(isMeant(ada, other, EVERYWHERE))
    }),
  )
})
