import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Identifier } from '../identifiers/identifier.ts'
import { type Account, identifierProof, type LinkRule } from '../legacy-users/matching.ts'
import { decideRow, type Found, type Named, type RowDecision } from './decide.ts'

const email = (name: string): Identifier => ({ type: 'email_address', value: name })
const number = (name: string): Identifier => ({ type: 'phone_number', value: name })
const INTERNAL = 'i-1'
const EXTERNAL = 'e-1'

interface Person extends Named {
  readonly status: 'active' | 'inactive'
  readonly identifiers: readonly Identifier[]
}

const person = (id: string, identifiers: readonly Identifier[], rest: Partial<Person> = {}): Person => ({
  id,
  externalId: undefined,
  internalId: undefined,
  status: 'active',
  identifiers,
  ...rest,
})

const accountOf = ({ id, externalId, status, identifiers }: Person): Account => ({
  id,
  externalId,
  status,
  proofs: identifiers.map((one) => identifierProof(one, 5)),
})

type Row = Parameters<typeof decideRow>[0]
const row = (identifiers: readonly Identifier[], ids: Partial<Row> = {}): Row => ({
  internalId: undefined,
  externalId: undefined,
  identifiers,
  ...ids,
})

const isSame = (a: Identifier, b: Identifier) => a.type === b.type && a.value === b.value
const holds = (one: Person, identifier: Identifier) => one.identifiers.some((held) => isSame(held, identifier))

/** As the store finds them. */
function found(given: Row, people: readonly Person[]): Found {
  const byInternalId = people.find((one) => given.internalId !== undefined && one.internalId === given.internalId)
  const byExternalId = people.find((one) => given.externalId !== undefined && one.externalId === given.externalId)
  const owners = people.filter((one) => given.identifiers.some((identifier) => holds(one, identifier)))
  return {
    byInternalId,
    byExternalId,
    ownerIds: owners.map(({ id }) => id),
    owners: byInternalId || byExternalId ? [] : owners.map(accountOf),
  }
}

const create: RowDecision = { kind: 'create' }
const update = (userId: string): RowDecision => ({ kind: 'update', userId })
const link: RowDecision = { kind: 'link', userId: 'a' }
const refused = (code: Extract<RowDecision, { kind: 'refused' }>['code']): RowDecision => ({ kind: 'refused', code })
const ids = { externalId: EXTERNAL }

const TABLE: readonly [string, Row, readonly Person[], RowDecision, { mayUpdate?: boolean; rule?: LinkRule }?][] = [
  ['nobody is here', row([email('e')], ids), [], create],
  ['nobody is here, and it names nothing to log in by', row([], ids), [], refused('no_identifier')],
  ['the external id is known', row([], ids), [person('a', [], ids)], update('a')],
  [
    'the internal id is known',
    row([], { internalId: INTERNAL }),
    [person('a', [], { internalId: INTERNAL })],
    update('a'),
  ],
  [
    '… and the external id is new',
    row([], { internalId: INTERNAL, ...ids }),
    [person('a', [], { internalId: INTERNAL })],
    update('a'),
  ],
  [
    '… and the user has another',
    row([], { internalId: INTERNAL, ...ids }),
    [person('a', [], { internalId: INTERNAL, externalId: 'e-2' })],
    refused('external_id_differs'),
  ],
  [
    'the external id is known, and the internal id is new',
    row([], { internalId: INTERNAL, ...ids }),
    [person('a', [], ids)],
    refused('internal_id_differs'),
  ],
  [
    'the ids are of two users',
    row([], { internalId: INTERNAL, ...ids }),
    [person('a', [], { internalId: INTERNAL }), person('b', [], ids)],
    refused('row_names_two_users'),
  ],
  [
    'an address is another’s',
    row([email('e')], ids),
    [person('a', [], ids), person('b', [email('e')])],
    refused('identifier_already_exists'),
  ],
  ['an address is theirs', row([email('e')], ids), [person('a', [email('e')], ids)], update('a')],
  ['only the address is named', row([email('e')]), [person('a', [email('e'), email('f')], ids)], update('a')],
  [
    'only addresses are named, one of them free',
    row([email('e'), email('f')]),
    [person('a', [email('e')])],
    refused('identifier_already_exists'),
  ],
  [
    'only addresses are named, of two users',
    row([email('e'), email('f')]),
    [person('a', [email('e')]), person('b', [email('f')])],
    refused('row_names_two_users'),
  ],
  [
    'the external id is new, and all of an account is in the row',
    row([email('e'), email('f')], ids),
    [person('a', [email('e')])],
    link,
  ],
  [
    '… and nothing links',
    row([email('e')], ids),
    [person('a', [email('e')])],
    refused('identifier_already_exists'),
    { rule: 'never' },
  ],
  [
    '… and the account has more',
    row([email('e')], ids),
    [person('a', [email('e'), email('f')])],
    refused('identifier_already_exists'),
  ],
  ['… by a number alone', row([number('n')], ids), [person('a', [number('n')])], refused('identifier_already_exists')],
  [
    '… and the account is another’s',
    row([email('e')], ids),
    [person('a', [email('e')], { externalId: 'e-2' })],
    refused('identifier_already_exists'),
  ],
  [
    '… and two accounts fit',
    row([email('e'), email('f')], ids),
    [person('a', [email('e')]), person('b', [email('f')])],
    refused('row_names_two_users'),
  ],
  [
    '… and the account is inactive',
    row([email('e')], ids),
    [person('a', [email('e')], { status: 'inactive' })],
    refused('inactive_user'),
  ],
  [
    'the internal id is new, and the address is somebody’s',
    row([email('e')], { internalId: INTERNAL }),
    [person('a', [email('e')])],
    refused('identifier_already_exists'),
  ],
  ['only new ones are wanted: nobody is here', row([email('e')], ids), [], create, { mayUpdate: false }],
  [
    'only new ones are wanted: the external id',
    row([], ids),
    [person('a', [], ids)],
    refused('external_id_already_exists'),
    { mayUpdate: false },
  ],
  [
    'only new ones are wanted: the internal id',
    row([], { internalId: INTERNAL }),
    [person('a', [], { internalId: INTERNAL })],
    refused('internal_id_already_exists'),
    { mayUpdate: false },
  ],
  [
    'only new ones are wanted: the address',
    row([email('e')]),
    [person('a', [email('e')])],
    refused('identifier_already_exists'),
    { mayUpdate: false },
  ],
]

for (const [name, given, people, decision, { mayUpdate = true, rule = 'email' } = {}] of TABLE) {
  test(`decideRow: ${name}`, () => {
    assert.deepEqual(decideRow(given, found(given, people), rule, mayUpdate), decision)
    assert.deepEqual(decideRow(given, found(given, people.toReversed()), rule, mayUpdate), decision)
  })
}

const IDENTIFIERS = [email('e'), email('f'), number('n')]
const maybe = (value: string) => fc.option(fc.constant(value), { nil: undefined })
const anyRow = fc.record({
  internalId: maybe(INTERNAL),
  externalId: maybe(EXTERNAL),
  identifiers: fc.subarray(IDENTIFIERS),
})
const anyPeople = fc
  .tuple(
    fc.constantFrom(undefined, 0, 1),
    fc.constantFrom(undefined, 0, 1),
    fc.tuple(...IDENTIFIERS.map(() => fc.constantFrom(undefined, 0, 1))),
    fc.constantFrom(undefined, 'e-2'),
  )
  .map(([internal, external, owners, other]): Person[] =>
    [0, 1].map((who) =>
      person(
        `u${who}`,
        IDENTIFIERS.filter((_, i) => owners[i] === who),
        {
          internalId: internal === who ? INTERNAL : undefined,
          externalId: external === who ? EXTERNAL : who === 1 ? other : undefined,
        },
      ),
    ),
  )
const anyRule = fc.constantFrom<LinkRule>('never', 'email', 'always')

test('decideRow takes no identifier and no id from anybody', () => {
  let written = 0
  fc.assert(
    fc.property(anyRow, anyPeople, anyRule, fc.boolean(), (given, people, rule, mayUpdate) => {
      const decided = decideRow(given, found(given, people), rule, mayUpdate)
      if (decided.kind === 'refused') return
      written += 1
      const meant = decided.kind === 'create' ? undefined : decided.userId
      const others = people.filter(({ id }) => id !== meant)
      for (const other of others) {
        assert.ok(!given.identifiers.some((one) => holds(other, one)))
        assert.ok(given.externalId === undefined || other.externalId !== given.externalId)
        assert.ok(given.internalId === undefined || other.internalId !== given.internalId)
      }
      const user = people.find(({ id }) => id === meant)
      if (!user) return
      assert.ok(mayUpdate)
      assert.ok(given.externalId === undefined || user.externalId === undefined || user.externalId === given.externalId)
      const byId = user.internalId === given.internalId || user.externalId === given.externalId
      const isNamedById = byId && (given.internalId ?? given.externalId) !== undefined
      // Whoever is found by what they have proven alone is the row's person in all that they have proven, or gets nothing.
      if (!isNamedById && given.externalId !== undefined)
        assert.ok(user.identifiers.every((held) => given.identifiers.some((one) => isSame(one, held))))
      if (given.externalId === undefined && given.internalId === undefined)
        assert.ok(given.identifiers.every((one) => holds(user, one)))
    }),
    { numRuns: 4000 },
  )
  assert.ok(written > 500, `only ${written}`)
})
