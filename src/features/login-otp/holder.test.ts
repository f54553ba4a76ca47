import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Claimant } from '../../core/claims/store.ts'
import { decideHolder, type HolderRules } from './holder.ts'

const claimant = (userId: string, change: Partial<Claimant> = {}): Claimant => ({
  userId,
  status: 'active',
  verified: false,
  established: false,
  ...change,
})
const owner = (change: Partial<Claimant> = {}) => claimant('owner', { verified: true, established: true, ...change })

const CASES: readonly (readonly [
  name: string,
  claimants: Claimant[],
  expected: ReturnType<typeof decideHolder>,
  sign_up: HolderRules['sign_up'],
  reclaim?: HolderRules['reclaim'],
])[] = [
  ['nobody has it', [], { kind: 'create' }, 'open'],
  ['nobody has it, and nobody may sign up', [], { kind: 'refuse' }, 'existing_only'],
  ['somebody proved it', [owner()], { kind: 'owner', userId: 'owner' }, 'existing_only'],
  ['its owner is blocked', [owner({ status: 'inactive' })], { kind: 'refuse' }, 'open'],
  [
    'its owner is blocked and another claims it',
    [claimant('a'), owner({ status: 'inactive' })],
    { kind: 'refuse' },
    'open',
  ],
  ['another claimed it first', [claimant('a'), owner()], { kind: 'owner', userId: 'owner' }, 'open'],
  ['a user claims it', [claimant('a')], { kind: 'adopt', userId: 'a' }, 'open'],
  ['a user claims it and nobody may sign up', [claimant('a')], { kind: 'adopt', userId: 'a' }, 'existing_only'],
  ['two users claim it', [claimant('a'), claimant('b')], { kind: 'adopt', userId: 'a' }, 'open'],
  ['an established user claims it', [claimant('a', { established: true })], { kind: 'create' }, 'open'],
  [
    'an established user claims it, then another',
    [claimant('a', { established: true }), claimant('b')],
    { kind: 'adopt', userId: 'b' },
    'open',
  ],
  ['a blocked user claims it', [claimant('a', { status: 'inactive' })], { kind: 'create' }, 'open'],
  [
    'an established user claims it, closed',
    [claimant('a', { established: true })],
    { kind: 'refuse' },
    'existing_only',
  ],
  ['a user claims it', [claimant('a')], { kind: 'create' }, 'open', 'separate'],
  ['a user claims it and nobody may sign up', [claimant('a')], { kind: 'create' }, 'existing_only', 'separate'],
  ['nobody has it, and nobody may sign up', [], { kind: 'refuse' }, 'existing_only', 'separate'],
  [
    'a blocked user claims it',
    [claimant('a', { status: 'inactive' })],
    { kind: 'refuse' },
    'existing_only',
    'separate',
  ],
  ['somebody proved it', [claimant('a'), owner()], { kind: 'owner', userId: 'owner' }, 'open', 'separate'],
]

for (const [name, claimants, expected, sign_up, reclaim = 'adopt'] of CASES) {
  test(`${name} (${sign_up}, ${reclaim}): ${expected.kind}`, () =>
    assert.deepEqual(decideHolder(claimants, { sign_up, reclaim }), expected))
}

const anyClaimants = fc
  .array(
    fc.record({
      status: fc.constantFrom('active' as const, 'inactive' as const),
      established: fc.boolean(),
    }),
    { maxLength: 5 },
  )
  .chain((people) =>
    fc.record({
      people: fc.constant(people.map((person, i) => ({ ...person, userId: `u${i}`, verified: false }))),
      proven: fc.option(fc.nat({ max: Math.max(0, people.length - 1) })),
    }),
  )
  .map(({ people, proven }): Claimant[] =>
    people.map((person, i) => (i === proven ? { ...person, verified: true, established: true } : person)),
  )

const anyRules = fc.record({
  sign_up: fc.constantFrom('open' as const, 'existing_only' as const),
  reclaim: fc.constantFrom('adopt' as const, 'separate' as const),
})

test('nobody blocked gets in, and nobody who is somebody gets in by an address they never proved', () => {
  fc.assert(
    fc.property(anyClaimants, anyRules, (claimants, rules) => {
      const decided = decideHolder(claimants, rules)
      if (!('userId' in decided)) return
      const chosen = claimants.find(({ userId }) => userId === decided.userId)
      assert.equal(chosen?.status, 'active')
      assert.equal(chosen?.verified, decided.kind === 'owner')
      assert.ok(chosen?.verified || !chosen?.established)
    }),
  )
})

test('a proven identifier is never given to anybody but its owner', () => {
  fc.assert(
    fc.property(anyClaimants, anyRules, (claimants, rules) => {
      const proven = claimants.find(({ verified }) => verified)
      if (!proven) return
      const kind = proven.status === 'active' ? 'owner' : 'refuse'
      assert.equal(decideHolder(claimants, rules).kind, kind)
    }),
  )
})

test('without sign-up only the owner of a claimed address is created; with it nobody is refused but for a blocked owner', () => {
  fc.assert(
    fc.property(anyClaimants, anyRules, (claimants, rules) => {
      const { kind } = decideHolder(claimants, rules)
      const claimed = claimants.some(({ status, established }) => status === 'active' && !established)
      if (rules.sign_up === 'existing_only' && kind === 'create') assert.ok(claimed && rules.reclaim === 'separate')
      if (rules.sign_up === 'existing_only') return
      const blockedOwner = claimants.some(({ verified, status }) => verified && status === 'inactive')
      assert.equal(kind === 'refuse', blockedOwner)
    }),
  )
})

test('with `separate` nobody gets an account that somebody else may have filled', () => {
  fc.assert(
    fc.property(anyClaimants, anyRules, (claimants, { sign_up }) => {
      assert.notEqual(decideHolder(claimants, { sign_up, reclaim: 'separate' }).kind, 'adopt')
    }),
  )
})
