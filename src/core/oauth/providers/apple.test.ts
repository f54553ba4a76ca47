import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FederatedAccount, Json } from '../provider.ts'
import { apple } from './apple.ts'

const CLAIMS = {
  sub: '001.a.1',
  email: 'ana@privaterelay.appleid.com',
  email_verified: 'true',
  is_private_email: 'true',
}
const accountOf = (form: Json | undefined, claims: Json = CLAIMS) =>
  apple.accountOf({ idToken: claims, api: {}, form }, { clientId: 'com.example.web' }) as FederatedAccount

test('70 the address in Apple’s form is not read, verified or not, whether the ID token has one or not', () => {
  const forged = {
    email: 'victim@example.com',
    email_verified: true,
    sub: 'victim',
    name: { email: 'victim@example.com' },
  }
  assert.deepEqual(accountOf(forged), accountOf(undefined))
  assert.equal(accountOf(forged, { sub: '001.a.1' }).email, undefined)
})

test('70 whatever the form says, it changes names alone', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything()), (form) => {
      const { profile, ...account } = accountOf(form)
      const { profile: _, ...without } = accountOf(undefined)
      assert.deepEqual(account, without)
      for (const name of Object.values(profile)) assert.ok(typeof name === 'string' && [...name].length <= 100)
    }),
  )
})

test('names are read from the form, and from nothing that the ID token says', () => {
  assert.deepEqual(accountOf({ name: { firstName: 'Ana', lastName: 'Lima' } }).profile, {
    given_name: 'Ana',
    family_name: 'Lima',
  })
  assert.deepEqual(accountOf({ name: { firstName: 'x'.repeat(101), lastName: 7 } }).profile, {
    given_name: 'x'.repeat(100),
  })
  for (const name of [undefined, null, 'Ana', ['Ana'], {}]) assert.deepEqual(accountOf({ name }).profile, {})
  assert.deepEqual(accountOf(undefined, { ...CLAIMS, given_name: 'Eve' }).profile, {})
})

for (const [said, isVerified] of [
  [true, true],
  ['true', true],
  [false, false],
  ['false', false],
  ['TRUE', false],
  [1, false],
  [undefined, false],
] as const) {
  test(`64 Apple’s email_verified of ${JSON.stringify(said)} ${isVerified ? 'is' : 'is not'} a proof`, () => {
    assert.equal(accountOf(undefined, { ...CLAIMS, email_verified: said }).email?.isVerified, isVerified)
  })
}
