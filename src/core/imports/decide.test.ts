import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Account, LegacyRecord } from '../legacy-users/matching.ts'
import { decideChange, decideUpsert, type Standing } from './decide.ts'
import { type Digests, readDigests } from './digests.ts'
import { FIELDS } from './options.ts'

const key = (name: string) => `${name.startsWith('p') ? 'phone_number' : 'email_address'} ${name}`
const proofs = (text: string) =>
  text.split(' ').flatMap((name) => (name ? [{ key: key(name), isPhoneNumber: name.startsWith('p'), at: 5 }] : []))
const record = (text: string): LegacyRecord => ({
  externalId: 'legacy-1',
  isIdentified: true,
  proofs: proofs(text).map((proof) => ({ ...proof, at: undefined })),
})
const account = (id: string, text: string, more: Partial<Account> = {}): Account => ({
  id,
  externalId: undefined,
  status: 'active',
  proofs: proofs(text),
  ...more,
})
const taken = (name: string) => ({ kind: 'conflict', code: 'taken', proof: key(name) })

const UPSERTS: readonly [name: string, record: string, accounts: readonly Account[], expected: object][] = [
  ['nobody has anything of theirs', 'e', [], { kind: 'create' }],
  [
    'the external id is known, whatever else there is',
    'e',
    [account('a', '', { externalId: 'legacy-1', status: 'inactive' }), account('b', 'e')],
    { kind: 'known', userId: 'a' },
  ],
  ['a user without an external id has proven the same', 'e', [account('a', 'e')], { kind: 'link', userId: 'a' }],
  ['… and more than the record knows', 'e', [account('a', 'e f')], taken('e')],
  ['… of another external id', 'e', [account('a', 'e', { externalId: 'legacy-2' })], taken('e')],
  ['… a number alone', 'e p', [account('a', 'p')], taken('p')],
  ['… who is blocked', 'e', [account('a', 'e', { status: 'inactive' })], { kind: 'conflict', code: 'blocked_here' }],
  ['two fit', 'e f', [account('a', 'e'), account('b', 'f')], { kind: 'conflict', code: 'two_candidates' }],
  ['one fits, and another has the rest', 'e f', [account('a', 'e'), account('b', 'f x')], taken('f')],
]

for (const [name, theirs, accounts, expected] of UPSERTS) {
  test(`decideUpsert: ${name}`, () => {
    assert.deepEqual(decideUpsert(record(theirs), accounts, 'email'), expected)
    assert.deepEqual(decideUpsert(record(theirs), accounts.toReversed(), 'email'), expected)
  })
}

/** Digests out of words: `profile=1`. */
const digests = (text: string): Digests => ({
  ...readDigests(''),
  ...Object.fromEntries(text.split(' ').flatMap((word) => (word ? [word.split('=')] : []))),
})
const standing = (applied: string | undefined, current: string, more: Partial<Standing> = {}): Standing => ({
  applied: applied === undefined ? undefined : digests(applied),
  current: digests(current),
  isHere: false,
  sourceUpdatedAt: undefined,
  ...more,
})
const change = (...fields: string[]) => ({ kind: 'change', fields })
const skipped = (code: string) => ({ kind: 'skipped', code })
const HERE = { isHere: true }

const CHANGES: readonly [name: string, user: Standing, wanted: string, expected: object, updatedAt?: number][] = [
  ['nothing is new', standing('profile=1', 'profile=1'), 'profile=1', { kind: 'unchanged' }],
  [
    'nothing is new but for what was changed here',
    standing('profile=1', 'profile=2'),
    'profile=1',
    { kind: 'unchanged' },
  ],
  ['something is new', standing('profile=1', 'profile=1'), 'profile=3', change('profile')],
  ['… and was changed here', standing('profile=1', 'profile=2'), 'profile=3', skipped('changed_here')],
  ['… to the same', standing('profile=1', 'profile=3'), 'profile=3', { kind: 'unchanged' }],
  ['… of a user who is here', standing('profile=1', 'profile=1', HERE), 'profile=3', skipped('changed_here')],
  ['groups of a user who is here', standing('', '', HERE), 'groups=1 profile=1', change('groups')],
  ['a block', standing('', ''), 'status=blocked', change('status')],
  ['a block of a user who is here', standing('', '', HERE), 'status=blocked', change('status')],
  ['a block that was taken off here', standing('status=blocked', ''), 'status=blocked', { kind: 'unchanged' }],
  ['a block that was an import’s is over', standing('status=blocked', 'status=blocked'), '', change('status')],
  ['… of a user who is here', standing('status=blocked', 'status=blocked', HERE), '', skipped('changed_here')],
  ['a block that was set here is not over', standing('', 'status=blocked'), '', { kind: 'unchanged' }],
  [
    'a user whom no import has made',
    standing(undefined, 'profile=1'),
    'profile=2 scopes=1',
    change('profile', 'scopes'),
  ],
  ['… who is here', standing(undefined, 'profile=1', HERE), 'profile=2', skipped('changed_here')],
  ['an older record', standing('profile=1', 'profile=1', { sourceUpdatedAt: 9 }), 'profile=2', skipped('older'), 8],
  ['one as old', standing('profile=1', 'profile=1', { sourceUpdatedAt: 9 }), 'profile=2', change('profile'), 9],
  [
    'one that does not say how old',
    standing('profile=1', 'profile=1', { sourceUpdatedAt: 9 }),
    'profile=2',
    change('profile'),
  ],
]

for (const [name, user, wanted, expected, updatedAt] of CHANGES) {
  test(`decideChange: ${name}`, () =>
    assert.deepEqual(decideChange(user, digests(wanted), { updatedAt, mayUpdate: FIELDS }), expected))
}

test('decideChange never writes over what was changed here, nor what it may not, nor the same', () => {
  const anyDigests = fc
    .tuple(
      ...FIELDS.map((field) =>
        fc.constantFrom('', field === 'status' ? 'blocked' : 'a', field === 'status' ? '' : 'b'),
      ),
    )
    .map((values) => Object.fromEntries(FIELDS.map((field, i) => [field, values[i]])) as unknown as Digests)
  const anyStanding = fc.record({
    applied: fc.option(anyDigests, { nil: undefined }),
    current: anyDigests,
    isHere: fc.boolean(),
    sourceUpdatedAt: fc.option(fc.nat(9), { nil: undefined }),
  })
  fc.assert(
    fc.property(anyStanding, anyDigests, fc.subarray([...FIELDS]), (user, wanted, mayUpdate) => {
      const decided = decideChange(user, wanted, { updatedAt: undefined, mayUpdate })
      for (const field of decided.kind === 'change' ? decided.fields : []) {
        assert.ok(mayUpdate.includes(field))
        assert.notEqual(wanted[field], user.current[field])
        if (field === 'groups' || (field === 'status' && wanted.status === 'blocked')) continue
        assert.ok(!user.isHere)
        if (user.applied) assert.equal(user.applied[field], user.current[field])
      }
      // What was written is not written again.
      const current = { ...user.current }
      const applied = { ...(user.applied ?? readDigests(FIELDS.map(() => '-').join('.'))) }
      for (const field of decided.kind === 'change' ? decided.fields : [])
        current[field] = applied[field] = wanted[field]
      const again = decideChange({ ...user, applied, current }, wanted, { updatedAt: undefined, mayUpdate })
      assert.notEqual(again.kind, 'change')
    }),
    { numRuns: 2000 },
  )
})
