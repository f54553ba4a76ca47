import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Claimant } from '../claims/store.ts'
import { decideFederatedHolder, type FederatedHolder, type HolderPolicy, type ProvidedEmail } from './holder.ts'

const POLICY: HolderPolicy = {
  usesEmail: true,
  merges: false,
  asksForCode: false,
  existingOnly: false,
  reclaim: 'adopt',
}
const claimant = (userId: string, change: Partial<Claimant> = {}): Claimant => ({
  userId,
  status: 'active',
  verified: false,
  established: false,
  ...change,
})
const proven = claimant('owner', { verified: true, established: true })
const verified = (...claimants: Claimant[]): ProvidedEmail => ({ kind: 'verified', claimants })
const known = { userId: 'known', status: 'active' } as const

const TABLE: readonly [string, Parameters<typeof decideFederatedHolder>, FederatedHolder][] = [
  ['a known account, whatever the address', [known, verified(proven), POLICY], { kind: 'known', userId: 'known' }],
  [
    'a known account of a blocked user',
    [{ userId: 'k', status: 'inactive' }, { kind: 'absent' }, POLICY],
    { kind: 'refuse', why: 'blocked' },
  ],
  [
    'the same, where nobody is made',
    [{ userId: 'k', status: 'inactive' }, { kind: 'absent' }, { ...POLICY, existingOnly: true }],
    { kind: 'refuse', why: 'blocked' },
  ],
  ['a proven address of nobody', [undefined, verified(), POLICY], { kind: 'create', withEmail: true }],
  [
    'the same, where addresses are not used',
    [undefined, verified(), { ...POLICY, usesEmail: false }],
    { kind: 'create', withEmail: false },
  ],
  ['one that somebody only claims', [undefined, verified(claimant('c')), POLICY], { kind: 'adopt', userId: 'c' }],
  [
    'the same, of claimants the oldest',
    [undefined, verified(claimant('c'), claimant('d')), POLICY],
    { kind: 'adopt', userId: 'c' },
  ],
  [
    'the same, where claimants keep nothing',
    [undefined, verified(claimant('c')), { ...POLICY, reclaim: 'separate' }],
    { kind: 'create', withEmail: true },
  ],
  [
    'the same, where addresses are not used',
    [undefined, verified(claimant('c')), { ...POLICY, usesEmail: false }],
    { kind: 'create', withEmail: false },
  ],
  [
    'one that an established user claims',
    [undefined, verified(claimant('c', { established: true })), POLICY],
    { kind: 'create', withEmail: true },
  ],
  [
    'one that a blocked user claims',
    [undefined, verified(claimant('c', { status: 'inactive' })), POLICY],
    { kind: 'create', withEmail: true },
  ],
  ['one that a user has proven', [undefined, verified(proven), POLICY], { kind: 'taken' }],
  [
    'the same, where accounts merge',
    [undefined, verified(proven), { ...POLICY, merges: true }],
    { kind: 'link', userId: 'owner' },
  ],
  [
    'the same, of a blocked user',
    [undefined, verified({ ...proven, status: 'inactive' }), { ...POLICY, merges: true }],
    { kind: 'refuse', why: 'blocked' },
  ],
  [
    'an address that is not verified',
    [undefined, { kind: 'unverified' }, { ...POLICY, merges: true }],
    { kind: 'create', withEmail: false },
  ],
  [
    'the same, where a code is asked for',
    [undefined, { kind: 'unverified' }, { ...POLICY, asksForCode: true }],
    { kind: 'ask' },
  ],
  [
    'no address',
    [undefined, { kind: 'absent' }, { ...POLICY, asksForCode: true, merges: true }],
    { kind: 'create', withEmail: false },
  ],
  [
    'nobody new, where nobody is made',
    [undefined, verified(), { ...POLICY, existingOnly: true }],
    { kind: 'refuse', why: 'nobody' },
  ],
  [
    'the same, without an address',
    [undefined, { kind: 'absent' }, { ...POLICY, existingOnly: true }],
    { kind: 'refuse', why: 'nobody' },
  ],
  [
    'the same, of an address that another user has proven',
    [undefined, verified(proven), { ...POLICY, existingOnly: true }],
    { kind: 'taken' },
  ],
]

for (const [name, input, expected] of TABLE) {
  test(`${name}: ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(decideFederatedHolder(...input), expected)
  })
}

const status = fc.constantFrom('active' as const, 'inactive' as const)
const claimants = fc.uniqueArray(
  fc.record({ userId: fc.uuid(), status, verified: fc.boolean(), established: fc.boolean() }),
  { selector: ({ userId }) => userId, maxLength: 5 },
)
const email: fc.Arbitrary<ProvidedEmail> = fc.oneof(
  fc.constant({ kind: 'absent' as const }),
  fc.constant({ kind: 'unverified' as const }),
  claimants.map((all) => {
    // One user at most has proven an address, and is somebody by that.
    const owner = all.findIndex((one) => one.verified)
    const only = all.map((one, i) => ({ ...one, verified: i === owner, established: i === owner || one.established }))
    return { kind: 'verified' as const, claimants: only }
  }),
)
const policy = fc.record({
  usesEmail: fc.boolean(),
  merges: fc.boolean(),
  asksForCode: fc.boolean(),
  existingOnly: fc.boolean(),
  reclaim: fc.constantFrom('adopt' as const, 'separate' as const),
})
const owner = fc.option(fc.record({ userId: fc.uuid(), status }), { nil: undefined })

test('nobody is linked by an address that either side has not proven, nor to a user who is blocked', () => {
  fc.assert(
    fc.property(owner, email, policy, (owner, email, policy) => {
      const decided = decideFederatedHolder(owner, email, policy)
      if (decided.kind === 'link') {
        assert.ok(!owner && policy.merges && email.kind === 'verified')
        const linked = email.claimants.find(({ userId }) => userId === decided.userId)
        assert.ok(linked?.verified && linked.status === 'active')
      }
      if (decided.kind === 'adopt') {
        assert.ok(email.kind === 'verified' && policy.usesEmail && !email.claimants.some(({ verified }) => verified))
        const heir = email.claimants.find(({ userId }) => userId === decided.userId)
        assert.ok(heir && !heir.established && heir.status === 'active')
      }
      if (decided.kind === 'create' && decided.withEmail) assert.equal(email.kind, 'verified')
    }),
  )
})

test('an account is one user’s: what the provider says by now changes nothing for whoever has it already', () => {
  fc.assert(
    fc.property(fc.record({ userId: fc.uuid(), status }), email, policy, (owner, email, policy) => {
      const decided = decideFederatedHolder(owner, email, policy)
      assert.deepEqual(
        decided,
        owner.status === 'active' ? { kind: 'known', userId: owner.userId } : { kind: 'refuse', why: 'blocked' },
      )
    }),
  )
})
