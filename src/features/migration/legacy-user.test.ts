import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readLegacyUser } from './legacy-user.ts'

const email = { type: 'email_address', value: 'ada@example.com' }
const failed = (reason: string) => ({ kind: 'failed', reason })
const record = (rest: object) => ({ user: { external_id: 'legacy-1', identifiers: [email], ...rest } })

test('a record is read whole, its identifiers in their one form', async () => {
  const outcome = await readLegacyUser(
    record({
      identifiers: [
        { type: 'email_address', value: ' Ada@Bücher.Example ' },
        { type: 'phone_number', value: '+44 7911 123456', verified: false },
      ],
      profile: { first_name: 'Ada', nested: { a: [1, null] } },
      scopes: ['read', 'shop:x.y-z'],
      oauth: [{ provider: 'google', subject: '108' }],
    }),
  )
  assert.deepEqual(outcome, {
    kind: 'user',
    user: {
      externalId: 'legacy-1',
      identifiers: [
        { type: 'email_address', value: 'ada@xn--bcher-kva.example', verified: true },
        { type: 'phone_number', value: '+447911123456', verified: false },
      ],
      profile: { first_name: 'Ada', nested: { a: [1, null] } },
      scopes: ['read', 'shop:x.y-z'],
      federatedIdentities: [{ provider: 'google', subject: '108' }],
    },
  })
})

test('what is absent or null is none', async () => {
  const bare = { externalId: 'legacy-1', profile: {}, scopes: [], federatedIdentities: [] }
  const expected = { kind: 'user', user: { ...bare, identifiers: [{ ...email, verified: true }] } }
  assert.deepEqual(await readLegacyUser(record({})), expected)
  assert.deepEqual(await readLegacyUser(record({ profile: null, scopes: null, oauth: null })), expected)
})

test('members that mean nothing here are ignored', async () => {
  const outcome = await readLegacyUser({
    ...record({ id: 7, identifiers: [{ ...email, primary: true }] }),
    next: 'page',
  })
  assert.equal(outcome.kind, 'user')
})

test('an identifier that is listed twice counts once, and as proven if it is once', async () => {
  const unproven = { type: 'email_address', value: 'ADA@example.com', verified: false }
  for (const identifiers of [
    [unproven, email],
    [email, unproven],
  ]) {
    const outcome = await readLegacyUser(record({ identifiers }))
    assert.deepEqual(outcome.kind === 'user' && outcome.user.identifiers, [{ ...email, verified: true }])
  }
  const outcome = await readLegacyUser(record({ identifiers: [unproven, unproven] }))
  assert.deepEqual(outcome.kind === 'user' && outcome.user.identifiers, [{ ...email, verified: false }])
})

const REFUSED: readonly [name: string, json: unknown, reason: string][] = [
  ['no object', 'user', 'invalid_response'],
  ['a list', [record({})], 'invalid_response'],
  ['null', null, 'invalid_response'],
  ['a number', 1, 'invalid_response'],
  ['no user', {}, 'invalid_response'],
  ['no external id', { user: { identifiers: [email] } }, 'missing_external_id'],
  ['an external id of null', record({ external_id: null }), 'missing_external_id'],
  ['an empty external id', record({ external_id: '' }), 'missing_external_id'],
  ['an external id that is a number', record({ external_id: 42 }), 'invalid_response'],
  ['an external id of 129 characters', record({ external_id: 'x'.repeat(129) }), 'invalid_response'],
  ['an external id with a NUL, which PostgreSQL cannot keep', record({ external_id: 'a\0b' }), 'invalid_response'],
  ['an external id with a newline', record({ external_id: 'a\n' }), 'invalid_response'],
  [
    'half a surrogate pair, which would be stored as another id',
    record({ external_id: 'a\ud800' }),
    'invalid_response',
  ],
  ['no identifiers', { user: { external_id: 'legacy-1' } }, 'missing_identifiers'],
  ['identifiers of null', record({ identifiers: null }), 'missing_identifiers'],
  ['an empty list of identifiers', record({ identifiers: [] }), 'missing_identifiers'],
  ['21 identifiers', record({ identifiers: Array(21).fill(email) }), 'invalid_response'],
  [
    'an identifier of an unknown type',
    record({ identifiers: [{ type: 'username', value: 'ada' }] }),
    'invalid_response',
  ],
  ['an identifier without a value', record({ identifiers: [{ type: 'email_address' }] }), 'invalid_response'],
  ['an identifier that is a text', record({ identifiers: ['ada@example.com'] }), 'invalid_response'],
  ['verified as a text', record({ identifiers: [{ ...email, verified: 'false' }] }), 'invalid_response'],
  ['verified as null', record({ identifiers: [{ ...email, verified: null }] }), 'invalid_response'],
  ['no e-mail address', record({ identifiers: [{ ...email, value: 'ada' }] }), 'invalid_response'],
  [
    'an e-mail address of 321 characters',
    record({ identifiers: [{ ...email, value: `${'a'.repeat(309)}@example.com` }] }),
    'invalid_response',
  ],
  [
    'a phone number without country',
    record({ identifiers: [{ type: 'phone_number', value: '07911123456' }] }),
    'invalid_response',
  ],
  ['one good and one bad identifier', record({ identifiers: [email, { ...email, value: '@' }] }), 'invalid_response'],
  ['a scope with a space, which would be two', record({ scopes: ['read write'] }), 'invalid_response'],
  ['a reserved scope', record({ scopes: ['read', 'prld:pwd:write'] }), 'invalid_response'],
  ['an empty scope', record({ scopes: [''] }), 'invalid_response'],
  ['a scope of 129 characters', record({ scopes: ['x'.repeat(129)] }), 'invalid_response'],
  ['101 scopes', record({ scopes: Array(101).fill('read') }), 'invalid_response'],
  ['scopes in one text', record({ scopes: 'read write' }), 'invalid_response'],
  ['an unknown OAuth provider', record({ oauth: [{ provider: 'myspace', subject: '1' }] }), 'invalid_response'],
  ['an OAuth link without a subject', record({ oauth: [{ provider: 'google', subject: '' }] }), 'invalid_response'],
  ['an OAuth subject with a NUL', record({ oauth: [{ provider: 'google', subject: '\0' }] }), 'invalid_response'],
  ['a profile that is a list', record({ profile: ['Ada'] }), 'invalid_response'],
  ['a profile of more than 16 KiB', record({ profile: { bio: 'x'.repeat(16_384) } }), 'invalid_response'],
]

for (const [name, json, reason] of REFUSED) {
  test(`a record is refused as ${reason}: ${name}`, async () => {
    assert.deepEqual(await readLegacyUser(json), failed(reason))
  })
}

/** Addresses that some mail system may deliver elsewhere, but that a careless reader takes for bob@victim.example. */
const LOOKALIKES = [
  'bob@victim.example/.attacker.example',
  'bob@victim.example#.attacker.example',
  'bob@victim.example?.attacker.example',
  'bob@victim.example\\.attacker.example',
  'bob@victim.example:25',
  'bob@victim%2eexample',
  'bob@vic\ttim.example',
  'bob@vic\u00adtim.example',
  'bob@victim.example\u200b',
  'bob@victim.example\u{e0101}',
  'bob@victim.example@attacker.example',
  '"bob@victim.example"@attacker.example',
  'bob@victim.example,x@attacker.example',
  'bob <bob@victim.example>',
]

for (const value of LOOKALIKES) {
  test(`${JSON.stringify(value)} is nobody’s e-mail address`, async () => {
    const outcome = await readLegacyUser(record({ identifiers: [{ type: 'email_address', value }] }))
    assert.deepEqual(outcome, failed('invalid_response'))
  })
}

test('a profile cannot reach the prototype of anything', async () => {
  const outcome = await readLegacyUser(
    JSON.parse(JSON.stringify(record({})).replace(/}}$/, ',"profile":{"__proto__":{"admin":true},"constructor":1}}}')),
  )
  assert.ok(outcome.kind === 'user')
  assert.equal(outcome.user.profile.admin, undefined)
  assert.equal(({} as Record<string, unknown>).admin, undefined)
})

test('a profile may be nested as deep as a request, 32 levels, for not everybody who reads it can go deeper', async () => {
  const deep = (levels: number) => JSON.parse(`{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`)
  assert.equal((await readLegacyUser(record({ profile: deep(32) }))).kind, 'user')
  for (const levels of [33, 4_000, 32_000]) {
    assert.deepEqual(await readLegacyUser(record({ profile: deep(levels) })), failed('invalid_response'))
  }
})

/** Good mostly, anything now and then. */
const mostly = <T>(good: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: good as fc.Arbitrary<unknown>, weight: 12 }, { arbitrary: fc.jsonValue(), weight: 1 })

const identifier = fc.oneof(
  fc.record({ type: fc.constant('email_address'), value: mostly(fc.emailAddress()) }),
  fc.record({ type: fc.constant('phone_number'), value: mostly(fc.stringMatching(/^\+44 ?7911[0-9 ]{6,8}$/)) }),
  fc.record({ type: fc.constant('email_address'), value: mostly(fc.emailAddress()), verified: mostly(fc.boolean()) }),
)
const person = fc.record(
  {
    external_id: mostly(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })),
    identifiers: mostly(fc.array(identifier, { minLength: 1, maxLength: 4 })),
    profile: mostly(fc.dictionary(fc.string(), fc.jsonValue())),
    scopes: mostly(fc.array(mostly(fc.stringMatching(/^[a-z:._-]{1,64}$/)), { maxLength: 4 })),
    oauth: mostly(fc.array(fc.record({ provider: fc.constantFrom('google', 'apple'), subject: mostly(fc.uuid()) }))),
  },
  { requiredKeys: ['external_id', 'identifiers'] },
)

test('whatever a hook answers, it is read or refused, never thrown over; and what is read, reads back as itself', async () => {
  let read = 0
  await fc.assert(
    fc.asyncProperty(mostly(fc.record({ user: person })), async (json) => {
      const outcome = await readLegacyUser(json)
      if (outcome.kind !== 'user') return
      read += 1
      const { externalId, identifiers, profile, scopes, federatedIdentities } = outcome.user
      assert.ok(externalId.isWellFormed() && identifiers.length > 0)
      const again = { external_id: externalId, identifiers, profile, scopes, oauth: federatedIdentities }
      assert.deepEqual(await readLegacyUser({ user: again }), outcome)
    }),
    { numRuns: 500 },
  )
  assert.ok(read > 50, `only ${read} of them were read`)
})
