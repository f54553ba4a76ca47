import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Claimant } from '../../core/claims/store.ts'
import { decideHolder } from './holder.ts'

const claimant = (userId: string, change: Partial<Claimant> = {}): Claimant => ({
  userId,
  status: 'active',
  verified: false,
  established: false,
  ...change,
})
const owner = (change: Partial<Claimant> = {}) => claimant('owner', { verified: true, established: true, ...change })

const CASES: readonly (readonly [string, Claimant[], ReturnType<typeof decideHolder>, 'open' | 'existing_only'])[] = [
  ['nobody has it', [], { kind: 'create' }, 'open'],
  ['nobody has it, and nobody may sign up', [], { kind: 'refuse' }, 'existing_only'],
  ['somebody proved it', [owner()], { kind: 'owner', userId: 'owner' }, 'existing_only'],
  ['its owner is blocked', [owner({ status: 'blocked' })], { kind: 'refuse' }, 'open'],
  [
    'its owner is blocked and another claims it',
    [claimant('a'), owner({ status: 'blocked' })],
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
  ['a blocked user claims it', [claimant('a', { status: 'blocked' })], { kind: 'create' }, 'open'],
  [
    'an established user claims it, closed',
    [claimant('a', { established: true })],
    { kind: 'refuse' },
    'existing_only',
  ],
]

for (const [name, claimants, expected, signUp] of CASES) {
  test(`${name} (${signUp}): ${expected.kind}`, () => assert.deepEqual(decideHolder(claimants, signUp), expected))
}

const anyClaimants = fc
  .array(
    fc.record({
      status: fc.constantFrom('active' as const, 'blocked' as const),
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

const anySignUp = fc.constantFrom('open' as const, 'existing_only' as const)

test('nobody blocked gets in, and nobody who is somebody gets in by an address they never proved', () => {
  fc.assert(
    fc.property(anyClaimants, anySignUp, (claimants, signUp) => {
      const decided = decideHolder(claimants, signUp)
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
    fc.property(anyClaimants, anySignUp, (claimants, signUp) => {
      const proven = claimants.find(({ verified }) => verified)
      if (!proven) return
      const kind = proven.status === 'active' ? 'owner' : 'refuse'
      assert.equal(decideHolder(claimants, signUp).kind, kind)
    }),
  )
})

test('without sign-up nobody is created; with it nobody is refused but for a blocked owner', () => {
  fc.assert(
    fc.property(anyClaimants, (claimants) => {
      assert.notEqual(decideHolder(claimants, 'existing_only').kind, 'create')
      const refused = decideHolder(claimants, 'open').kind === 'refuse'
      assert.equal(
        refused,
        claimants.some(({ verified, status }) => verified && status === 'blocked'),
      )
    }),
  )
})
