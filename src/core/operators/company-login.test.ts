import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideEntry } from './company-login.ts'

const ADA = { id: 'opr_ada', hasIdentity: false }
const refused = (why: string) => ({ kind: 'refused', why })

for (const [name, owner, isVerified, named, entry] of [
  ['whose account it is gets in, whatever the provider says of an address', 'opr_bo', false, undefined, 'known'],
  ['and whoever else has the address does not', 'opr_bo', true, ADA, 'known'],
  ['an address that nobody vouches for lets nobody in', undefined, false, undefined, 'not_verified'],
  ['nor does one that is not on the roster', undefined, true, undefined, 'not_listed'],
  [
    'an operator who has an account of the company has no second one',
    undefined,
    true,
    { ...ADA, hasIdentity: true },
    'other_account',
  ],
  ['who is on the roster gets in by the address, and is linked', undefined, true, ADA, 'link'],
] as const) {
  test(name, () => {
    const expected =
      entry === 'known'
        ? { kind: entry, operatorId: 'opr_bo' }
        : entry === 'link'
          ? { kind: entry, operatorId: ADA.id }
          : refused(entry)
    assert.deepEqual(decideEntry(owner, isVerified, named), expected)
  })
}
