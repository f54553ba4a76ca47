import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { inRanges, readRange } from '../../platform/client-address.ts'
import { ALL_PERMISSIONS } from '../../platform/permissions.ts'
import { findExcess, isAllowed, type KeyLimits, limitsOf, UNLIMITED } from './key-limits.ts'

const range = fc
  .tuple(fc.constantFrom('10.1.2.3', '10.1.3.4', '10.9.9.9'), fc.integer({ min: 8, max: 32 }))
  .map(([address, length]) => {
    const read = readRange(`${address}/${length}`)
    return read.kind === 'range' ? read.range : ''
  })
const limits: fc.Arbitrary<KeyLimits> = fc.record({
  permissions: fc.option(fc.subarray([...ALL_PERMISSIONS]), { nil: undefined }),
  expiresAt: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  allowedNetworks: fc.option(fc.array(range, { minLength: 1, maxLength: 3 }), { nil: undefined }),
})

/** Every address there may be, as far as those of the test go. */
const ADDRESSES = ['10.1.2.3', '10.1.2.4', '10.1.3.4', '10.2.0.1', '10.9.9.9', '11.0.0.1', '::1']
const mayBeUsedFrom = ({ allowedNetworks }: KeyLimits, address: string) =>
  !allowedNetworks || inRanges(allowedNetworks)(address)

test('what gives no excess can do nothing that its maker cannot', () => {
  fc.assert(
    fc.property(limits, limits, (maker, wanted) => {
      if (findExcess(maker, wanted) !== undefined) return
      for (const one of ALL_PERMISSIONS) assert.ok(!isAllowed(wanted, one) || isAllowed(maker, one))
      assert.ok((wanted.expiresAt ?? Infinity) <= (maker.expiresAt ?? Infinity))
      for (const address of ADDRESSES) assert.ok(!mayBeUsedFrom(wanted, address) || mayBeUsedFrom(maker, address))
    }),
  )
})

test('nobody exceeds themselves, and nobody exceeds who has no limits', () => {
  fc.assert(
    fc.property(limits, (one) => {
      assert.equal(findExcess(one, one), undefined)
      assert.equal(findExcess(UNLIMITED, one), undefined)
      assert.deepEqual(limitsOf(one, {}), { ...one })
    }),
  )
})

test('everything is more than every permission there is now', () => {
  const excess = findExcess({ ...UNLIMITED, permissions: ALL_PERMISSIONS }, UNLIMITED)
  assert.equal(excess, 'the permissions of later releases')
})
