import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Account,
  decideLink,
  decideMatch,
  federatedProof,
  identifierProof,
  type LegacyRecord,
  type LinkRule,
  type MatchDecision,
  type Proof,
} from './matching.ts'

/** Proofs by short names: `e` an address, `p` a number, `g` an account at a provider; `e@5` was proven at 5. */
function proof(text: string): Proof {
  const [name = '', time] = text.split('@')
  const at = time === undefined ? undefined : Number(time)
  if (name.startsWith('g')) return federatedProof({ provider: 'google', issuer: '', subject: name }, at)
  return identifierProof({ type: name.startsWith('p') ? 'phone_number' : 'email_address', value: name }, at)
}
const proofs = (text: string): Proof[] => text.split(' ').filter(Boolean).map(proof)

const record = (text: string, change: Partial<LegacyRecord> = {}): LegacyRecord => ({
  externalId: 'legacy-1',
  isIdentified: true,
  proofs: proofs(text),
  ...change,
})
const account = (id: string, text: string, change: Partial<Account> = {}): Account => ({
  id,
  externalId: undefined,
  status: 'active',
  proofs: proofs(text),
  ...change,
})

const known: MatchDecision = { kind: 'known', userId: 'a' }
const link = (disputed: Record<string, string> = {}): MatchDecision => ({
  kind: 'link',
  userId: 'a',
  disputed: byKey(disputed),
})
const create = (disputed: Record<string, string> = {}): MatchDecision => ({ kind: 'create', disputed: byKey(disputed) })
const byKey = (disputed: Record<string, string>) =>
  new Map(Object.entries(disputed).map(([name, id]) => [proof(name).key, id]))
const [blocked, conflict] = [{ kind: 'blocked' }, { kind: 'conflict' }] as const

const TABLE: readonly [name: string, LegacyRecord, Account[], MatchDecision, LinkRule?][] = [
  ['nobody is known', record('e'), [], create()],
  ['nobody is known, and the record proves nothing', record(''), [], create()],
  ['nobody is known, and the record names nobody', record('', { isIdentified: false }), [], { kind: 'unidentified' }],

  ['the external id is known', record('e'), [account('a', '', { externalId: 'legacy-1' })], known],
  [
    'the external id is known, and the record names nobody',
    record('', { isIdentified: false }),
    [account('a', '', { externalId: 'legacy-1' })],
    known,
  ],
  [
    'the external id is known, and an address is somebody else’s by now',
    record('e'),
    [account('b', 'e@1'), account('a', 'f@1', { externalId: 'legacy-1' })],
    known,
    'never',
  ],
  [
    'the external id is known and blocked',
    record('e'),
    [account('a', '', { externalId: 'legacy-1', status: 'inactive' })],
    blocked,
  ],

  ['all that an account has proven is in the record', record('e'), [account('a', 'e@5')], link()],
  ['… which proves more', record('e f p g'), [account('a', 'e@5')], link()],
  ['… and was proven there later', record('e@6'), [account('a', 'e@5')], link()],
  ['… and was proven there at the same time', record('e@5'), [account('a', 'e@5')], link()],
  ['… and was proven here later', record('e@4'), [account('a', 'e@5')], create({ e: 'a' })],
  ['… one of them later here', record('e@9 p@4'), [account('a', 'e@1 p@5')], create({ e: 'a', p: 'a' })],
  ['… each later there, though not than the other', record('e@2 p@9'), [account('a', 'e@1 p@5')], link()],
  ['an account has proven another address, too', record('e p'), [account('a', 'e@5 f@5')], create({ e: 'a' })],
  ['… or an account at a provider', record('e'), [account('a', 'e@5 g@5')], create({ e: 'a' })],
  ['… or another one there', record('e g1'), [account('a', 'e@5 g2@5')], create({ e: 'a' })],
  ['… or a number', record('e'), [account('a', 'e@5 p@5')], create({ e: 'a' })],

  ['a number is all they share', record('e p'), [account('a', 'p@5')], create({ p: 'a' })],
  ['a number is all they share, and numbers count', record('e p'), [account('a', 'p@5')], link(), 'always'],
  ['a number and an address are shared', record('e p'), [account('a', 'e@5 p@5')], link()],
  ['an account at a provider is all they share', record('e g'), [account('a', 'g@5')], link()],
  ['nothing links', record('e g'), [account('a', 'e@5 g@5')], create({ e: 'a', g: 'a' }), 'never'],

  [
    'an address is another legacy user’s',
    record('e f'),
    [account('m', 'e@5', { externalId: 'legacy-2' })],
    create({ e: 'm' }),
  ],
  [
    'everything is another legacy user’s',
    record('e p g'),
    [account('m', 'e@5 p@5 g@5', { externalId: 'legacy-2' })],
    create({ e: 'm', p: 'm', g: 'm' }),
    'always',
  ],
  [
    'one account is theirs, and a number is the family’s',
    record('e p'),
    [account('m', 'p@1 f@1', { externalId: 'legacy-2' }), account('a', 'e@5')],
    link({ p: 'm' }),
    'always',
  ],
  [
    'one account is theirs, and another has proven something else',
    record('e f'),
    [account('a', 'e@5'), account('b', 'f@5 x@5')],
    link({ f: 'b' }),
  ],
  [
    'one account is theirs, and another proved later what they share',
    record('e f@1'),
    [account('a', 'e@5'), account('b', 'f@5')],
    link({ f: 'b' }),
  ],
  ['two accounts might be theirs', record('e f'), [account('a', 'e@5'), account('b', 'f@5')], conflict],
  [
    'two accounts might be theirs, one by number',
    record('e p'),
    [account('a', 'e@5'), account('b', 'p@5')],
    conflict,
    'always',
  ],
  ['… and numbers do not count', record('e p'), [account('a', 'e@5'), account('b', 'p@5')], link({ p: 'b' })],
  [
    'two accounts might be theirs, and nothing links',
    record('e f'),
    [account('a', 'e@5'), account('b', 'f@5')],
    create({ e: 'a', f: 'b' }),
    'never',
  ],

  [
    'an account that is blocked has what they have',
    record('e f'),
    [account('a', 'e@5', { status: 'inactive' })],
    blocked,
  ],
  ['… and nothing links', record('e'), [account('a', 'e@5', { status: 'inactive' })], blocked, 'never'],
  ['… a number', record('p e'), [account('a', 'p@5', { status: 'inactive' })], blocked],
  ['… and proved it later', record('e@4'), [account('a', 'e@5', { status: 'inactive' })], blocked],
  [
    '… and another is theirs',
    record('e f'),
    [account('a', 'e@5'), account('b', 'f@5', { status: 'inactive' })],
    blocked,
  ],
  [
    'a blocked account has more than they have',
    record('e'),
    [account('b', 'e@5 x@5', { status: 'inactive' })],
    create({ e: 'b' }),
  ],
  [
    'a blocked legacy user has a number of theirs',
    record('e p'),
    [account('m', 'p@5', { externalId: 'legacy-2', status: 'inactive' })],
    create({ p: 'm' }),
    'always',
  ],
]

for (const [name, legacy, accounts, decision, rule = 'email'] of TABLE) {
  test(`decideMatch (${rule}): ${name}: ${decision.kind}`, () => {
    assert.deepEqual(decideMatch(legacy, accounts, rule), decision)
    assert.deepEqual(decideMatch(legacy, accounts.toReversed(), rule), decision)
  })
}

const LINKS: readonly [legacy: string, ours: string, rule: LinkRule, expected: ReturnType<typeof decideLink>][] = [
  ['e', 'e@5', 'email', { provenAt: 5, isTheirs: false }],
  ['e@7', 'e@5', 'email', { provenAt: 7, isTheirs: true }],
  ['e@5', 'e@5', 'email', { provenAt: 5, isTheirs: true }],
  ['e p', 'e@5 p@9', 'email', { provenAt: 5, isTheirs: false }],
  ['e p', 'e@5 p@9', 'always', { provenAt: 9, isTheirs: false }],
  ['e@6 f', 'e@5 f@9', 'email', { provenAt: 9, isTheirs: false }],
  ['e g', 'e@5 g@4', 'email', { provenAt: 5, isTheirs: false }],
  ['e p@1', 'e@5 p@9', 'email', undefined],
  ['e', 'e@5', 'never', undefined],
  ['e', '', 'always', undefined],
]

for (const [legacy, ours, rule, expected] of LINKS) {
  test(`decideLink (${rule}): ${legacy} and ${ours || 'nothing'}`, () =>
    assert.deepEqual(decideLink(record(legacy), account('a', ours), rule), expected))
}

const NAMES = ['e', 'f', 'x', 'p', 'q', 'g1', 'g2'] as const
const anyRule = fc.constantFrom<LinkRule>('never', 'email', 'always')
const anyRecord = fc.record({
  externalId: fc.constant('legacy-1'),
  isIdentified: fc.boolean(),
  proofs: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), fc.option(fc.nat(9), { nil: undefined })), {
      selector: ([name]) => name,
    })
    .map((all) => all.map(([name, at]) => ({ ...proof(name), at }))),
})
/** Users among whom the names are shared out: whoever has proven something has it alone. */
const anyAccounts = fc
  .tuple(
    fc.array(
      fc.record({
        externalId: fc.constantFrom(undefined, undefined, 'legacy-1', 'legacy-2'),
        status: fc.constantFrom('active' as const, 'active' as const, 'inactive' as const),
      }),
      { maxLength: 4 },
    ),
    fc.tuple(...NAMES.map(() => fc.tuple(fc.nat(5), fc.nat(9)))),
  )
  .map(([people, owners]): Account[] =>
    people.map((person, i) => ({
      id: `u${i}`,
      ...person,
      externalId: person.externalId && `${person.externalId}${person.externalId === 'legacy-1' || i === 0 ? '' : i}`,
      proofs: NAMES.flatMap((name, n) => (owners[n]?.[0] === i ? [{ ...proof(name), at: owners[n][1] }] : [])),
    })),
  )
const hasProven = (one: Account, key: string) => one.proofs.some((each) => each.key === key)

test('decideMatch never lets in who is blocked, never makes two of one, and never picks one of two', () => {
  fc.assert(
    fc.property(anyRecord, anyAccounts, anyRule, (legacy, accounts, rule) => {
      const decided = decideMatch(legacy, accounts, rule)
      const same = accounts.filter(({ externalId }) => externalId === legacy.externalId)
      if (same.length > 0) assert.ok(decided.kind === 'known' || decided.kind === 'blocked')
      if (decided.kind === 'link') {
        const linkable = accounts.filter((one) => one.externalId === undefined && decideLink(legacy, one, rule))
        assert.deepEqual(
          linkable.map(({ id, status }) => [id, status]),
          [[decided.userId, 'active']],
        )
      }
      if (decided.kind === 'known') assert.equal(same.find(({ id }) => id === decided.userId)?.status, 'active')
    }),
    { numRuns: 2000 },
  )
})

test('decideMatch takes nothing from anybody: what another has proven is disputed, and nothing else is', () => {
  fc.assert(
    fc.property(anyRecord, anyAccounts, anyRule, (legacy, accounts, rule) => {
      const decided = decideMatch(legacy, accounts, rule)
      if (decided.kind !== 'create' && decided.kind !== 'link') return
      const linked = decided.kind === 'link' ? decided.userId : undefined
      const expected = legacy.proofs.flatMap(({ key }) => {
        const holder = accounts.find((one) => one.id !== linked && hasProven(one, key))
        return holder ? [[key, holder.id] as const] : []
      })
      assert.deepEqual(decided.disputed, new Map(expected))
    }),
    { numRuns: 2000 },
  )
})

test('decideMatch links only what nothing contradicts', () => {
  let links = 0
  fc.assert(
    fc.property(anyRecord, anyAccounts, anyRule, (legacy, accounts, rule) => {
      const decided = decideMatch(legacy, accounts, rule)
      if (decided.kind !== 'link') return
      links += 1
      const linked = accounts.find(({ id }) => id === decided.userId) as Account
      assert.equal(linked.externalId, undefined)
      for (const ours of linked.proofs) {
        const theirs = legacy.proofs.find(({ key }) => key === ours.key)
        assert.ok(theirs && (theirs.at ?? 9) >= (ours.at as number))
      }
      assert.notEqual(rule, 'never')
      if (rule === 'email') assert.ok(linked.proofs.some(({ isPhoneNumber }) => !isPhoneNumber))
    }),
    { numRuns: 5000 },
  )
  assert.ok(links > 50, `only ${links} links`)
})

test('decideMatch does not depend on the order of what it is given', () => {
  fc.assert(
    fc.property(anyRecord, anyAccounts, anyRule, (legacy, accounts, rule) => {
      if (accounts.filter(({ externalId }) => externalId === 'legacy-1').length > 1) return
      const turned = { ...legacy, proofs: legacy.proofs.toReversed() }
      assert.deepEqual(decideMatch(turned, accounts.toReversed(), rule), decideMatch(legacy, accounts, rule))
    }),
  )
})
