import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { joinScopes } from '../sessions/access-token.ts'
import { grantsOf, joinGrants } from './directory.ts'

const scope = fc.oneof(
  fc.constantFrom('prld:pwd:write', 'prld:email:register', 'prld:', 'read', 'write'),
  fc.stringMatching(/^[a-zA-Z0-9.\-_:]{1,12}$/),
)
const scopes = fc.array(scope, { maxLength: 5 })
const group = fc.record({ id: fc.constantFrom('1', '2', '3'), name: fc.constant('g'), scopes })

test('whatever is stored as a group, a token has no reserved scope by it, and every other one', () => {
  fc.assert(
    fc.property(fc.array(group), scopes, fc.option(scopes), (groups, own, granted) => {
      const held = { user_scopes: JSON.stringify(own), granted_scopes: granted?.join(' ') || null }
      const stored = groups.map((one) => ({ ...one, createdAt: 0, updatedAt: 0 }))
      const given = joinGrants([...grantsOf(stored).values()])
      const carried = new Set(joinScopes(held, given).split(' ').filter(Boolean))
      const others = new Set([...own, ...(granted ?? [])])
      for (const one of carried) assert.ok(others.has(one) || !one.startsWith('prld:'), one)
      for (const one of given.scopes) assert.ok(carried.has(one), one)
      for (const one of others) assert.ok(carried.has(one), one)
    }),
    { numRuns: 2000 },
  )
})
