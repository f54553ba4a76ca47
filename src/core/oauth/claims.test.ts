import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { profileOf } from '../federation/profile.ts'
import { accountOfClaims, emailOf, flagOf, methodsOf, subjectOf } from './claims.ts'

for (const [said, flag] of [
  [true, true],
  ['true', true],
  [false, false],
  ['false', false],
  ['TRUE', undefined],
  [' true', undefined],
  [1, undefined],
  ['1', undefined],
  [null, undefined],
  [['true'], undefined],
  [undefined, undefined],
] as const) {
  test(`64 a flag of ${JSON.stringify(said)} reads as ${flag}, and an address is verified by true alone`, () => {
    assert.equal(flagOf(said), flag)
    const email = { value: 'ana@example.com', isVerified: flag === true }
    assert.deepEqual(emailOf({ email: 'ana@example.com', email_verified: said }), email)
  })
}

test('64 whatever else a provider says of an address, it is not verified by it', () => {
  fc.assert(
    fc.property(fc.anything(), (said) => {
      fc.pre(said !== true && said !== 'true')
      assert.equal(emailOf({ email: 'ana@example.com', email_verified: said })?.isVerified, false)
    }),
  )
})

test('an address that is no text, empty or longer than addresses are is absent', () => {
  for (const email of [
    undefined,
    null,
    '',
    7,
    true,
    ['ana@example.com'],
    { value: 'x' },
    `${'a'.repeat(309)}@example.com`,
  ])
    assert.equal(emailOf({ email, email_verified: true }), undefined, String(email))
  assert.equal(emailOf({ email: `${'a'.repeat(308)}@example.com` })?.value.length, 320)
})

test('71 an address is handed on as the provider wrote it: nothing here makes it somebody else’s', () => {
  const written = fc.oneof(
    fc.constantFrom('victim@example.com\u200b', ' victim@example.com', 'ｖictim@example.com', 'victim@example.com.'),
    fc.constantFrom(
      'VICTIM@EXAMPLE.COM',
      'victim@ｅxample.com',
      'vict\u00adim@example.com',
      'victim@example.com\u0000',
    ),
    fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), minLength: 1, maxLength: 160 }),
  )
  fc.assert(
    fc.property(written, (email) => {
      assert.deepEqual(emailOf({ email, email_verified: true }), { value: email, isVerified: true })
    }),
  )
})

test('62 a subject is a text of 1 to 255 characters that can be seen or stored, and stays as it is', () => {
  for (const sub of ['1', '00u1a', ' a ', 'é', 'x'.repeat(255), 'auth0|5f7c']) assert.equal(subjectOf(sub), sub)
  for (const sub of ['', 'x'.repeat(256), 108, true, null, undefined, ['1'], { sub: '1' }, 'a\u0000', 'a\n', '\ud800'])
    assert.equal(subjectOf(sub), undefined, JSON.stringify(sub))
})

test('62 an ID token without a usable subject is nobody’s, and what it holds is not in the reason', () => {
  for (const sub of ['', undefined, 108, `secret-${'x'.repeat(255)}`]) {
    const account = accountOfClaims({ sub }, undefined)
    assert.deepEqual(account, { problem: 'the ID token has no usable sub' })
  }
})

test('names are texts of at most a hundred characters, whole ones', () => {
  assert.deepEqual(profileOf('Ana', 'x'.repeat(200)), { given_name: 'Ana', family_name: 'x'.repeat(100) })
  assert.deepEqual(profileOf('😀'.repeat(101), undefined), { given_name: '😀'.repeat(100) })
  for (const none of ['', 7, null, undefined, { first: 'Ana' }, ['Ana'], '\ud83d', 'A\u0000na', 'A\nna'])
    assert.deepEqual(profileOf(none, none), {})
})

test('how the provider knew the user is at most ten short words', () => {
  assert.deepEqual(methodsOf({ amr: ['pwd', 'mfa', 7, null, '', 'a b', 'x'.repeat(33), 'x'.repeat(32)] }), [
    'pwd',
    'mfa',
    'x'.repeat(32),
  ])
  assert.equal(methodsOf({ amr: Array.from({ length: 11 }, (_, i) => `m${i}`) }).length, 10)
  for (const amr of ['pwd', { 0: 'pwd' }, null, undefined]) assert.deepEqual(methodsOf({ amr }), [])
})
