import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keyOf, type Operator, worksWith } from './operator.ts'
import { ALL_ROLES } from './roles.ts'
import { isOwner, leavesNoOwner } from './roster.ts'

const operator = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  name: fc.string(),
  email: fc.string(),
  role: fc.constantFrom(...ALL_ROLES),
  apps: fc.option(fc.uniqueArray(fc.constantFrom('shop', 'bank'), { minLength: 1 }), { nil: undefined }),
  createdBy: fc.string(),
  createdAt: fc.nat(),
  lastSeenAt: fc.constant(undefined),
})
const roster = fc.uniqueArray(operator, { selector: ({ id }) => id })

test('whatever is changed, somebody who may do everything is left where there was one', () => {
  fc.assert(
    fc.property(
      roster,
      fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      fc.option(operator, { nil: undefined }),
      (all, id, becomes) => {
        const after = all.flatMap((one): Operator[] => (one.id === id ? (becomes ? [{ ...becomes, id }] : []) : [one]))
        assert.equal(leavesNoOwner(all, id, becomes), all.some(isOwner) && !after.some(isOwner))
      },
    ),
    { numRuns: 2000 },
  )
})

test('an operator has a key of the instance for all applications, and for some of them one of each, and of no other', () => {
  fc.assert(
    fc.property(operator, fc.constantFrom('shop', 'bank', 'other', ''), (one, appId) => {
      const key = keyOf(one, appId)
      if (one.apps === undefined) return assert.equal(key.appId, '')
      assert.notEqual(key.appId, '')
      assert.equal(key.appId === appId, worksWith(one, appId))
    }),
  )
})
