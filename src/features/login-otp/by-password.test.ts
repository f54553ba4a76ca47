import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Claimant } from '../../core/claims/store.ts'
import { decidePasswordProof } from './by-password.ts'

const claimant = (userId: string, rest: Partial<Claimant> = {}): Claimant => ({
  userId,
  status: 'active',
  verified: false,
  established: true,
  ...rest,
})

const ADA = 'usr_ada'
const proven = { verified: true }
const blocked = { status: 'inactive' } as const

for (const [what, claimants, hasPassword, decision] of [
  ['it alone has the address', [claimant(ADA)], true, 'prove'],
  [
    'others claim it, too',
    [claimant('usr_1'), claimant(ADA), claimant('usr_2', { established: false })],
    true,
    'prove',
  ],
  ['it has proven the address meanwhile', [claimant(ADA, proven), claimant('usr_1')], true, 'proven'],
  ['somebody else has', [claimant('usr_1', proven), claimant(ADA)], true, 'refuse'],
  ['somebody else has who is blocked', [claimant('usr_1', { ...proven, ...blocked }), claimant(ADA)], true, 'refuse'],
  ['it has another password by now', [claimant(ADA)], false, 'refuse'],
  ['it is blocked', [claimant(ADA, blocked)], true, 'refuse'],
  ['it has lost the address', [claimant('usr_1')], true, 'refuse'],
  ['nobody has the address', [], true, 'refuse'],
] as const) {
  test(`the code of a user whose password was right: ${decision}, when ${what}`, () => {
    assert.equal(decidePasswordProof(claimants, ADA, hasPassword), decision)
  })
}
