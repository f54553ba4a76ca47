import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readLegacyUser } from './legacy-user.ts'

const email = { type: 'email_address', value: 'ada@example.com' }
const failed = (reason: string, legacyDown?: true) => ({ kind: 'failed', reason, ...(legacyDown && { legacyDown }) })
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
      groups: ['staff', 'Bücher & more', 'staff'],
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
      scopes: new Map([
        ['read', 'scopes[0]'],
        ['shop:x.y-z', 'scopes[1]'],
      ]),
      groups: new Map([
        ['staff', 'groups[2]'],
        ['Bücher & more', 'groups[1]'],
      ]),
      federatedIdentities: [{ provider: 'google', issuer: '', subject: '108' }],
      leftOut: [],
    },
  })
})

test('what is absent or null is none', async () => {
  const bare = {
    externalId: 'legacy-1',
    profile: {},
    scopes: new Map(),
    groups: new Map(),
    federatedIdentities: [],
    leftOut: [],
  }
  const expected = { kind: 'user', user: { ...bare, identifiers: [{ ...email, verified: true }] } }
  assert.deepEqual(await readLegacyUser(record({})), expected)
  assert.deepEqual(await readLegacyUser(record({ profile: null, scopes: null, groups: null, oauth: null })), expected)
})

test('members that mean nothing here are ignored', async () => {
  const outcome = await readLegacyUser({
    ...record({ id: 7, identifiers: [{ ...email, primary: true }] }),
    next: 'page',
  })
  assert.equal(outcome.kind, 'user')
})

test('an account at an identity provider that is listed twice counts once', async () => {
  const google = { provider: 'google', subject: '108' }
  const outcome = await readLegacyUser(record({ oauth: [google, { provider: 'github', subject: '108' }, google] }))
  assert.deepEqual(outcome.kind === 'user' && outcome.user.federatedIdentities, [
    { ...google, issuer: '' },
    { provider: 'github', subject: '108', issuer: '' },
  ])
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

test('a number stands for its decimal text, as an external id', async () => {
  for (const [number, text] of [
    [42, '42'],
    [-7, '-7'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ] as const) {
    const outcome = await readLegacyUser(record({ external_id: number }))
    assert.equal(outcome.kind === 'user' && outcome.user.externalId, text)
  }
})

const REFUSED: readonly [name: string, json: unknown, outcome: object][] = [
  ['no object', 'user', failed('invalid_response', true)],
  ['a list', [record({})], failed('invalid_response', true)],
  ['null', null, failed('invalid_response', true)],
  ['a number', 1, failed('invalid_response', true)],
  ['no user', { message: 'Back soon' }, failed('invalid_response', true)],
  ['a user of null', { user: null }, failed('invalid_response', true)],
  ['a list of users', { user: [record({}).user] }, failed('invalid_response', true)],
  ['no external id', { user: { identifiers: [email] } }, failed('missing_external_id')],
  ['an external id of null', record({ external_id: null }), failed('missing_external_id')],
  ['an empty external id', record({ external_id: '' }), failed('missing_external_id')],
  [
    'an external id of 0, which is how some languages write none',
    record({ external_id: 0 }),
    failed('missing_external_id'),
  ],
  ['an external id beyond 2^53', record({ external_id: 2 ** 53 }), failed('invalid_response')],
  ['an external id with a fraction', record({ external_id: 4.5 }), failed('invalid_response')],
  ['an external id that is a truth', record({ external_id: true }), failed('invalid_response')],
  ['an external id that is an object', record({ external_id: { $oid: '6' } }), failed('invalid_response')],
  ['an external id of 129 characters', record({ external_id: 'x'.repeat(129) }), failed('invalid_response')],
  [
    'an external id with a NUL, which PostgreSQL cannot keep',
    record({ external_id: 'a\0b' }),
    failed('invalid_response'),
  ],
  ['an external id with a newline', record({ external_id: 'a\n' }), failed('invalid_response')],
  [
    'half a surrogate pair, which would be stored as another id',
    record({ external_id: 'a\ud800' }),
    failed('invalid_response'),
  ],
]

for (const [name, json, outcome] of REFUSED) {
  test(`there is nobody without a record and an external id: ${name}`, async () => {
    assert.deepEqual(await readLegacyUser(json), outcome)
  })
}

const phone = { type: 'phone_number', value: '+447911123456' }
const SCOPES = Array.from({ length: 101 }, (_, i) => `s${i}`)

/** A member that cannot be used, its place, and what is left of the record beside the address. */
const LEFT_OUT: readonly [name: string, rest: object, places: string[], used?: object][] = [
  ['identifiers in one text', { identifiers: 'ada@example.com' }, ['identifiers'], { identifiers: [] }],
  [
    'an identifier of an unknown type',
    { identifiers: [{ type: 'username', value: 'ada' }, email] },
    ['identifiers[0]'],
  ],
  ['an identifier without a value', { identifiers: [email, { type: 'email_address' }] }, ['identifiers[1]']],
  ['an identifier of null', { identifiers: [email, null] }, ['identifiers[1]']],
  ['an identifier that is a text', { identifiers: ['ada@example.com', email] }, ['identifiers[0]']],
  ['an empty phone number', { identifiers: [email, { ...phone, value: '' }] }, ['identifiers[1]']],
  ['a phone number of null', { identifiers: [email, { ...phone, value: null }] }, ['identifiers[1]']],
  ['a phone number that is a number', { identifiers: [email, { ...phone, value: 447911123456 }] }, ['identifiers[1]']],
  ['a phone number without country', { identifiers: [{ ...phone, value: '07911123456' }, email] }, ['identifiers[0]']],
  ['no e-mail address', { identifiers: [{ ...email, value: 'ada' }] }, ['identifiers[0]'], { identifiers: [] }],
  ['two bad of three', { identifiers: [{ ...email, value: '@' }, email, {}] }, ['identifiers[0]', 'identifiers[2]']],
  [
    'an e-mail address of 321 characters',
    { identifiers: [email, { ...email, value: `${'a'.repeat(309)}@example.com` }] },
    ['identifiers[1]'],
  ],
  ['a 21st identifier', { identifiers: [...Array(20).fill(email), phone] }, ['identifiers[20…]']],
  ['a scope with a space, which would be two', { scopes: ['read write'] }, ['scopes[0]']],
  [
    'a reserved scope',
    { scopes: ['read', 'prld:pwd:write'] },
    ['scopes[1]'],
    { scopes: new Map([['read', 'scopes[0]']]) },
  ],
  ['an empty scope', { scopes: ['', 7, null] }, ['scopes[0]', 'scopes[1]', 'scopes[2]']],
  ['a scope of 129 characters', { scopes: ['x'.repeat(129)] }, ['scopes[0]']],
  [
    'a 101st scope',
    { scopes: SCOPES },
    ['scopes[100…]'],
    { scopes: new Map(SCOPES.slice(0, 100).map((scope, i) => [scope, `scopes[${i}]`])) },
  ],
  ['scopes in one text', { scopes: 'read write' }, ['scopes']],
  [
    'an unknown OAuth provider',
    {
      oauth: [
        { provider: 'myspace', subject: '1' },
        { provider: 'github', subject: '1' },
      ],
    },
    ['oauth[0]'],
    { federatedIdentities: [{ provider: 'github', issuer: '', subject: '1' }] },
  ],
  [
    'an account at a company’s connection',
    { oauth: [{ provider: 'samlc_1', subject: 'ada@acme.example' }] },
    ['oauth[0]'],
  ],
  ['an OAuth link without a subject', { oauth: [{ provider: 'google', subject: '' }] }, ['oauth[0]']],
  ['an OAuth subject with a NUL', { oauth: [{ provider: 'google', subject: '\0' }] }, ['oauth[0]']],
  ['OAuth links by provider', { oauth: { google: '108' } }, ['oauth']],
  ['a profile that is a list', { profile: ['Ada'] }, ['profile']],
  ['a profile in one text', { profile: 'Ada' }, ['profile']],
  ['a profile of more than 16 KiB', { profile: { bio: 'x'.repeat(16_384) } }, ['profile']],
  ['groups in one text', { groups: 'staff' }, ['groups']],
  [
    'groups without a name, of a long one, and one that is none',
    { groups: ['', 'x'.repeat(129), 7, 'a\nb', 'staff'] },
    ['groups[0]', 'groups[1]', 'groups[2]', 'groups[3]'],
    { groups: new Map([['staff', 'groups[4]']]) },
  ],
  ['everything', { profile: 1, scopes: 1, oauth: 1, groups: 1 }, ['profile', 'scopes', 'oauth', 'groups']],
]

for (const [name, rest, places, used = {}] of LEFT_OUT) {
  test(`a member that cannot be used is left out and named, and keeps nobody from coming over: ${name}`, async () => {
    const whole = { profile: {}, scopes: new Map(), groups: new Map(), federatedIdentities: [] }
    const user = {
      externalId: 'legacy-1',
      identifiers: [{ ...email, verified: true }],
      ...whole,
      ...used,
      leftOut: places,
    }
    assert.deepEqual(await readLegacyUser(record(rest)), { kind: 'user', user })
  })
}

const AT = Date.UTC(2020, 1, 29, 12)

/** What an identifier says of its proof, and what is believed. */
const PROOFS: readonly [name: string, said: object, read: object, places?: string[]][] = [
  ['nothing', {}, { verified: true }],
  ['that it was never proven', { verified: false }, { verified: false }],
  ['when it was proven', { verified_at: '2020-02-29T12:00:00Z' }, { verified: true, verifiedAt: AT }],
  ['that in another zone', { verified_at: '2020-02-29T14:30:00.000+02:30' }, { verified: true, verifiedAt: AT }],
  [
    'when it was proven, and that it is not',
    { verified: false, verified_at: '2020-02-29T12:00:00Z' },
    { verified: false },
  ],
  ['a time of null, as many systems say "never"', { verified_at: null }, { verified: false }],
  ['a time of null and that it is proven', { verified: true, verified_at: null }, { verified: true }],
  ['verified as a text', { verified: 'true' }, { verified: false }, ['identifiers[0].verified']],
  ['verified as a number', { verified: 1 }, { verified: false }, ['identifiers[0].verified']],
  ['verified as null', { verified: null }, { verified: false }, ['identifiers[0].verified']],
  [
    'a time in no known form',
    { verified_at: 'yesterday' },
    { verified: true, verifiedAt: 0 },
    ['identifiers[0].verified_at'],
  ],
  [
    'a time as a number',
    { verified_at: 1_582_977_600 },
    { verified: true, verifiedAt: 0 },
    ['identifiers[0].verified_at'],
  ],
  [
    'a time without a zone',
    { verified_at: '2020-02-29 12:00:00' },
    { verified: true, verifiedAt: 0 },
    ['identifiers[0].verified_at'],
  ],
  [
    'a day that is none',
    { verified_at: '2021-02-29T12:00:00Z' },
    { verified: true, verifiedAt: 0 },
    ['identifiers[0].verified_at'],
  ],
]

for (const [name, said, read, places = []] of PROOFS) {
  test(`an identifier says ${name}`, async () => {
    const outcome = await readLegacyUser(record({ identifiers: [{ ...email, ...said }] }))
    assert.ok(outcome.kind === 'user')
    assert.deepEqual([outcome.user.identifiers, outcome.user.leftOut], [[{ ...email, ...read }], places])
  })
}

test('an identifier that is listed twice was proven at the later time, of those at which it was', async () => {
  const outcome = await readLegacyUser(
    record({
      identifiers: [
        { ...email, verified_at: '2020-02-29T12:00:00Z' },
        { ...email, verified: false, verified_at: '2024-01-01T00:00:00Z' },
        { ...email, value: 'ADA@example.com' },
        { ...email, verified_at: '2019-01-01T00:00:00Z' },
      ],
    }),
  )
  assert.deepEqual(outcome.kind === 'user' && outcome.user.identifiers, [{ ...email, verified: true, verifiedAt: AT }])
})

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
  'bob@victim.exa\u200bmple',
  'bob@victim.exa\u{e0101}mple',
  'bob@victim.example@attacker.example',
  '"bob@victim.example"@attacker.example',
  'bob@victim.example,x@attacker.example',
  'bob <bob@victim.example>',
]

for (const value of LOOKALIKES) {
  test(`${JSON.stringify(value)} is nobody’s e-mail address`, async () => {
    const outcome = await readLegacyUser(record({ identifiers: [{ type: 'email_address', value }] }))
    assert.ok(outcome.kind === 'user')
    assert.deepEqual([outcome.user.identifiers, outcome.user.leftOut], [[], ['identifiers[0]']])
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
  for (const [levels, leftOut] of [
    [32, []],
    [33, ['profile']],
    [4_000, ['profile']],
    [32_000, ['profile']],
  ] as const) {
    const outcome = await readLegacyUser(record({ profile: deep(levels) }))
    assert.deepEqual(outcome.kind === 'user' && outcome.user.leftOut, leftOut)
  }
})

/** Good mostly, anything now and then. */
const mostly = <T>(good: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: good as fc.Arbitrary<unknown>, weight: 12 }, { arbitrary: fc.jsonValue(), weight: 1 })

const identifier = fc.oneof(
  fc.record({ type: fc.constant('email_address'), value: mostly(fc.emailAddress()) }),
  fc.record({ type: fc.constant('phone_number'), value: mostly(fc.stringMatching(/^\+44 ?7911[0-9 ]{6,8}$/)) }),
  fc.record({ type: fc.constant('email_address'), value: mostly(fc.emailAddress()), verified: mostly(fc.boolean()) }),
  fc.record({
    type: fc.constant('email_address'),
    value: mostly(fc.emailAddress()),
    verified_at: mostly(
      fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
    ),
  }),
)
const person = fc.record(
  {
    external_id: mostly(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })),
    identifiers: mostly(fc.array(identifier, { minLength: 1, maxLength: 4 })),
    profile: mostly(fc.dictionary(fc.string(), fc.jsonValue())),
    scopes: mostly(fc.array(mostly(fc.stringMatching(/^[a-z:._-]{1,64}$/)), { maxLength: 4 })),
    groups: mostly(fc.array(mostly(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })), { maxLength: 4 })),
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
      const { externalId, identifiers, profile, scopes, groups, federatedIdentities } = outcome.user
      assert.ok(externalId.isWellFormed())
      const given = identifiers.map(({ verifiedAt, ...rest }) =>
        verifiedAt === undefined ? rest : { ...rest, verified_at: new Date(verifiedAt).toISOString() },
      )
      const again = {
        external_id: externalId,
        identifiers: given,
        profile,
        scopes: [...scopes.keys()],
        groups: [...groups.keys()],
        oauth: federatedIdentities,
      }
      const names = { scopes: [...scopes.keys()], groups: [...groups.keys()] }
      const expected = { ...outcome.user, ...names, leftOut: [] }
      const second = await readLegacyUser({ user: again })
      assert.ok(second.kind === 'user')
      const namesAgain = { scopes: [...second.user.scopes.keys()], groups: [...second.user.groups.keys()] }
      assert.deepEqual({ ...second.user, ...namesAgain }, expected)
    }),
    { numRuns: 500 },
  )
  assert.ok(read > 50, `only ${read} of them were read`)
})
