import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideCompared, decideLogin, type Holder, mayBeLegacy } from './holders.ts'

/** `o` has proven the address, `s` signed up with it, `l` is the legacy system's; `p` has a password, `x` is blocked. */
const holderOf = (text: string, i: number): Holder => ({
  userId: `${i}`,
  status: text.includes('x') ? 'inactive' : 'active',
  isOwner: text.includes('o'),
  isSignUp: text.includes('s'),
  isLegacy: text.includes('l'),
  password: text.includes('p') ? { id: `pwd_${i}`, hash: 'hash' } : undefined,
})
const read = (holders: string) => holders.split(' ').filter(Boolean).map(holderOf)

for (const [holders, compared, asks] of [
  ['', '', true],
  ['op', '0', false],
  ['o', '', true],
  ['olp lp sp', '0', false],
  ['ol lp sp', '', true],
  ['ox', '', false],
  ['oxp', '0', false],
  ['sp', '0', true],
  ['lp', '0', false],
  ['l', '', true],
  ['lp sp', '1 0', false],
  ['lp lp lp lp', '0 1 2', false],
  ['lp lp sp lp', '2 0 1', false],
  ['lp l', '0', true],
  ['lxp', '', false],
  ['lx', '', false],
  ['p', '', true],
] as const) {
  test(`of [${holders}], [${compared}] may be logged in by a password, and the legacy system ${asks ? 'may' : 'does not'} know another`, () => {
    const given = read(holders)
    assert.equal(
      decideCompared(given)
        .map(({ userId }) => userId)
        .join(' '),
      compared,
    )
    assert.equal(mayBeLegacy(given), asks)
  })
}

const holder = fc.record({
  status: fc.constantFrom('active' as const, 'inactive' as const),
  isLegacy: fc.boolean(),
  hasPassword: fc.boolean(),
})

/** Whoever has an address: one owner or one sign-up at most, and others. */
const everybody = fc
  .tuple(fc.array(holder, { maxLength: 8 }), fc.constantFrom('owner', 'sign-up', 'both', 'neither'))
  .map(([all, kind]) =>
    all.map(
      (one, i): Holder => ({
        userId: `${i}`,
        status: one.status,
        isLegacy: one.isLegacy,
        isOwner: i === 0 && (kind === 'owner' || kind === 'both'),
        isSignUp: i === 1 && (kind === 'sign-up' || kind === 'both'),
        password: one.hasPassword || i === 1 ? { id: `pwd_${i}`, hash: `${i}` } : undefined,
      }),
    ),
  )

test('whoever holds an address: its owner alone logs in by it, a sign-up without one, and everybody else must prove it first', () => {
  fc.assert(
    fc.property(everybody, fc.nat(), (holders, drawn) => {
      const compared = decideCompared(holders)
      assert.ok(compared.length <= 3)
      const owner = holders.find(({ isOwner }) => isOwner)
      if (owner) assert.ok(compared.every(({ userId }) => userId === owner.userId))
      const right = compared[drawn % Math.max(1, compared.length)]
      const decided = decideLogin(right)
      if (decided.kind === 'refuse') return assert.ok(!right || right.status === 'inactive')
      assert.equal(decided.userId, right?.userId)
      if (decided.kind === 'log_in') assert.ok(right?.isOwner || (right?.isSignUp && !owner))
      else assert.ok(right?.isLegacy && !owner)
    }),
  )
})

test('nobody who has a password here, and no blocked user, is asked about', () => {
  fc.assert(
    fc.property(everybody, (holders) => {
      const known = holders.filter(({ isOwner, isLegacy }) => isOwner || isLegacy)
      if (known.length > 0 && known.every(({ status, password }) => status === 'inactive' || password))
        assert.equal(mayBeLegacy(holders), false)
    }),
  )
})
