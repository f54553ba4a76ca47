import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileMapping } from './compile.ts'
import { NO_FACTS } from './facts.ts'
import { fitClaims } from './fit.ts'
import type { Circumstances } from './inputs.ts'

const BARE: Circumstances = {
  userId: 'usr_01h455vb4pex5vsknk084sn02q',
  sessionId: 'ses_1',
  authTime: 1_700_000_000,
  ip: '203.0.113.9',
  countryCode: null,
  groups: [],
  facts: NO_FACTS,
}

const FULL: Circumstances = {
  ...BARE,
  countryCode: 'AT',
  groups: ['support', 'ops'],
  facts: {
    externalId: 'shop-7',
    internalId: '018f3f9e-0000-4000-8000-000000000001',
    emails: ['b@x.example', 'a@x.example'],
    phoneNumbers: ['+4366412345'],
    hasPasskey: true,
    profile: { locales: ['de-AT', 7, 'en'], plan: { name: 'pro' }, 'plan.name': 'exact', list: [1, { a: 2 }] },
  },
}

for (const [name, type, bare, full] of [
  ['user_id', 'uuid', '01890a5d-ac96-774b-bcce-b302099a8057', '018f3f9e-0000-4000-8000-000000000001'],
  ['user_id', 'string', '01890a5d-ac96-774b-bcce-b302099a8057', '018f3f9e-0000-4000-8000-000000000001'],
  ['external_id', 'string', null, 'shop-7'],
  ['ip', 'string', '203.0.113.9', '203.0.113.9'],
  ['country_code', 'string', null, 'AT'],
  ['emails', 'string', null, 'b@x.example'],
  ['emails', 'string[]', [], ['b@x.example', 'a@x.example']],
  ['phone_numbers', 'string', null, '+4366412345'],
  ['phone_numbers', 'string[]', [], ['+4366412345']],
  ['locales', 'string', null, 'de-AT'],
  ['locales', 'string[]', [], ['de-AT', 'en']],
  ['has_passkey', 'boolean', false, true],
  ['groups', 'string', null, 'support'],
  ['groups', 'string[]', [], ['support', 'ops']],
  ['session_id', 'string', 'ses_1', 'ses_1'],
  ['auth_time', 'number', 1_700_000_000, 1_700_000_000],
  ['of another release', 'string', null, null],
] as const) {
  test(`${name} as ${type}`, () => {
    const { resolve } = compileMapping({ claim: { $input: name, $type: type } })
    assert.deepEqual([resolve(BARE).claim, resolve(FULL).claim], [bare, full])
  })
}

for (const [path, expected] of [
  ['plan.name', 'exact'],
  ['plan', { name: 'pro' }],
  ['list', [1, { a: 2 }]],
  ['list.1', null],
  ['plan.price', null],
  ['plan.name.length', null],
  ['constructor', null],
  ['plan.constructor', null],
  ['__proto__', null],
] as const) {
  test(`${path} of the profile`, () => {
    const { resolve, needs } = compileMapping({ a: { b: { $custom_claim: path } } })
    assert.deepEqual(resolve(FULL), { a: { b: expected } })
    assert.deepEqual(needs, ['profile'])
  })
}

test('the database is asked for what a mapping names and no more', () => {
  const input = ($input: string) => ({ $input, $type: 'string' })
  const needsOf = (...names: string[]) => [
    ...compileMapping({ a: Object.fromEntries(names.map((n) => [n, input(n)])) }).needs,
  ]
  assert.deepEqual(needsOf(), [])
  assert.deepEqual(needsOf('ip', 'groups', 'session_id', 'auth_time', 'country_code'), [])
  assert.deepEqual(needsOf('emails', 'phone_numbers', 'user_id'), ['internal_id', 'identifiers'])
  assert.deepEqual(needsOf('locales', 'has_passkey', 'external_id'), ['profile', 'external_id', 'has_passkey'])
})

test('a claim for which there is no room is null, and those after it that fit stay', () => {
  const claims = { a: 'x'.repeat(3_000), b: { c: 'y'.repeat(3_000) }, d: 'z', e: 1, f: null }
  const expected = { ...claims, b: null }
  assert.deepEqual(fitClaims(claims, 1), { claims: expected, tooLarge: ['b'] })
  assert.deepEqual(fitClaims(claims, 2).tooLarge, ['a', 'b'])
  assert.deepEqual(fitClaims({}, 1), { claims: {}, tooLarge: [] })
})
