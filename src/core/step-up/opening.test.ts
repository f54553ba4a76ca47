import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { IdentifierType } from '../identifiers/tables.ts'
import type { ScopeEntry } from './config.ts'
import { chooseEntry, decideOpening, registrationOf } from './opening.ts'
import { identifierTypeOf, type Terms } from './terms.ts'

const EMAIL = 'email_address'
const PHONE = 'phone_number'
const step = (key: string, order = 1) => ({ order, key, expiration_duration: 300 })
const open = (key: string, order = 1, seconds = 300) => ({ order, key, expiration_duration: seconds, done: false })
const TERMS: Terms = { status: 'review', grant_mode: 'session-bound', granted_for: 300, steps: [step('verify_sms')] }

const direct = (scope: string, ...identifier_types: ('email_address' | 'phone_number')[]): ScopeEntry => ({
  scope,
  mode: 'direct',
  direct: { identifier_types, ...TERMS },
})
const delegated: ScopeEntry = { scope: 'pay', mode: 'delegated', delegated: { delegation_hook: 'https://x.example' } }
const managed: ScopeEntry = { scope: 'prld:phone:register', mode: 'managed' }

for (const [what, entries, scope, proven, expected] of [
  ['no entry at all', [], 'pay', [EMAIL], 'scope_not_allowed'],
  ['entries of other scopes', [direct('read', EMAIL), managed], 'pay', [EMAIL], 'scope_not_allowed'],
  ['an entry for what was proven', [direct('pay', EMAIL)], 'pay', [EMAIL], 0],
  ['an entry for one of two', [direct('pay', PHONE, EMAIL)], 'pay', [EMAIL], 0],
  ['an entry for something else', [direct('pay', PHONE)], 'pay', [EMAIL], 'identifier_mismatch'],
  ['nothing proven', [direct('pay', PHONE, EMAIL)], 'pay', [], 'identifier_mismatch'],
  ['the second fits', [direct('pay', PHONE), direct('pay', EMAIL)], 'pay', [EMAIL], 1],
  ['both fit', [direct('pay', PHONE), direct('pay', EMAIL)], 'pay', [EMAIL, PHONE], 0],
  ['a hook behind what does not fit', [direct('pay', PHONE), delegated], 'pay', [], 1],
  ['a hook before what fits', [delegated, direct('pay', EMAIL)], 'pay', [EMAIL], 0],
  [
    'the house’s own, of the oldest proof',
    [direct('prld:pwd:write', PHONE), direct('prld:pwd:write', EMAIL)],
    'prld:pwd:write',
    [EMAIL, PHONE],
    1,
  ],
  [
    'the house’s own, the first for the oldest',
    [direct('prld:pwd:write', EMAIL), direct('prld:pwd:write', EMAIL, PHONE)],
    'prld:pwd:write',
    [PHONE, EMAIL],
    1,
  ],
  [
    'the house’s own, for nothing proven',
    [direct('prld:pwd:write', PHONE)],
    'prld:pwd:write',
    [EMAIL],
    'identifier_mismatch',
  ],
  ['a registration', [managed], 'prld:phone:register', [], 0],
] as const) {
  test(`the entry for a scope: ${what}`, () => {
    const chosen = chooseEntry({ jwks_url: '', step_keys: [], allowed_scopes: [...entries] }, scope, proven)
    if (typeof expected === 'string') assert.deepEqual(chosen, { kind: expected })
    else assert.deepEqual(chosen, { kind: 'entry', entry: entries[expected] })
  })
}

const BOTH = [EMAIL, PHONE] as const
const opened = (status: string, ...steps: object[]) => ({ kind: 'opened', status, steps })

for (const [what, terms, opener, expected] of [
  ['block', { status: 'block' }, {}, { kind: 'blocked' }],
  ['review on the web', {}, { web: true }, opened('review', open('verify_sms'))],
  ['review on a phone', {}, {}, opened('review', open('verify_sms'))],
  ['review without the identifier', {}, { proven: [EMAIL] }, { kind: 'impossible' }],
  ['review of a step of one’s own', { steps: [step('approve')] }, { proven: [] }, opened('review', open('approve'))],
  [
    'steps out of order',
    { steps: [step('b', 3), step('verify_email', 20), step('a', 1)] },
    {},
    opened('review', open('a', 1), open('b', 3), open('verify_email', 20)),
  ],
  [
    'a code and a passkey, by who has one',
    { steps: [step('verify_sms', 1), step('verify_passkey', 2)] },
    {},
    opened('review', open('verify_sms', 1), open('verify_passkey', 2)),
  ],
  [
    'a code and a passkey, by who has none',
    { steps: [step('verify_sms', 1), step('verify_passkey', 2)] },
    { passkey: 'passkey_step_unavailable' },
    { kind: 'passkey_step_unavailable' },
  ],
  [
    'a passkey where nobody has any',
    { steps: [step('verify_passkey')] },
    { passkey: 'passkey_not_configured' },
    { kind: 'passkey_not_configured' },
  ],
  [
    'neither the passkey nor the identifier',
    { steps: [step('verify_sms', 1), step('verify_passkey', 2)] },
    { proven: [EMAIL], passkey: 'passkey_step_unavailable' },
    { kind: 'impossible' },
  ],
  [
    'continue on a phone, with a passkey that the user has not',
    { status: 'continue', steps: [step('verify_passkey')] },
    { passkey: 'passkey_step_unavailable' },
    opened('continue', open('verify_email', 1, 0)),
  ],
  ['continue on the web', { status: 'continue' }, { web: true }, opened('continue')],
  ['continue on the web without the identifier', { status: 'continue' }, { web: true, proven: [] }, opened('continue')],
  ['continue on a phone, with a step', { status: 'continue' }, {}, opened('continue', open('verify_sms'))],
  [
    'continue on a phone, without a step',
    { status: 'continue', steps: [] },
    {},
    opened('continue', open('verify_email', 1, 0)),
  ],
  [
    'continue on a phone, with a step that the user cannot do',
    { status: 'continue' },
    { proven: [EMAIL], reachable: [EMAIL] },
    opened('continue', open('verify_email', 1, 0)),
  ],
  [
    'continue on a phone, for whom no code reaches',
    { status: 'continue', steps: [] },
    { reachable: [] },
    opened('continue'),
  ],
] as const) {
  test(`what a client is answered: ${what}`, () => {
    const whole = { ...TERMS, ...terms, steps: [...('steps' in terms ? terms.steps : TERMS.steps)] }
    const answer = decideOpening(whole, {
      proven: BOTH,
      reachable: BOTH,
      passkey: 'usable' as const,
      web: false,
      ...opener,
    })
    assert.deepEqual(answer, expected)
  })
}

const types = fc.subarray<IdentifierType>([EMAIL, PHONE])
const keys = fc.uniqueArray(fc.constantFrom('verify_sms', 'verify_email', 'verify_passkey', 'approve'), {
  maxLength: 4,
})
const cases = fc.record({
  status: fc.constantFrom('continue' as const, 'review' as const, 'block' as const),
  keys,
  orders: fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 4, maxLength: 4 }),
  proven: types,
  reachable: types,
  passkey: fc.constantFrom('usable' as const, 'passkey_not_configured' as const, 'passkey_step_unavailable' as const),
  web: fc.boolean(),
})

test('nobody is asked for an identifier they have not proven or a passkey they have not, steps are in order, and only a granted scope has none', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(cases, ({ status, keys, orders, proven, reachable, passkey, web }) => {
      const steps = keys.map((key, i) => step(key, orders[i]))
      const reached = reachable.filter((type) => proven.includes(type))
      const answer = decideOpening({ ...TERMS, status, steps }, { proven, reachable: reached, passkey, web })
      seen.add(answer.kind)
      assert.equal(answer.kind === 'blocked', status === 'block')
      if (answer.kind !== 'opened' && answer.kind !== 'blocked') assert.equal(status, 'review')
      if (answer.kind.startsWith('passkey')) assert.ok(answer.kind === passkey && keys.includes('verify_passkey'))
      if (answer.kind !== 'opened') return
      assert.equal(answer.status, status)
      assert.deepEqual(
        answer.steps,
        answer.steps.toSorted((a, b) => a.order - b.order),
      )
      for (const { key, done } of answer.steps) {
        const type = identifierTypeOf(key)
        assert.ok(!done && (type === undefined || proven.includes(type)))
        assert.ok(key !== 'verify_passkey' || passkey === 'usable')
      }
      if (status === 'review') assert.equal(answer.steps.length, steps.length)
      if (status === 'continue' && web) assert.equal(answer.steps.length, 0)
      if (status === 'continue' && !web && reached.length > 0) assert.ok(answer.steps.length > 0)
    }),
    { numRuns: 5000 },
  )
  assert.deepEqual([...seen].sort(), [
    'blocked',
    'impossible',
    'opened',
    'passkey_not_configured',
    'passkey_step_unavailable',
  ])
})

test('a step-up registers what its scope says and its metadata name', () => {
  const metadata = { identifier: 'x' }
  assert.deepEqual(registrationOf({ scope_requested: 'prld:phone:register', metadata }), { type: PHONE, value: 'x' })
  assert.deepEqual(registrationOf({ scope_requested: 'prld:email:register', metadata }), { type: EMAIL, value: 'x' })
  assert.equal(registrationOf({ scope_requested: 'pay', metadata }), undefined)
  assert.equal(registrationOf({ scope_requested: 'prld:email:register' }), undefined)
})
