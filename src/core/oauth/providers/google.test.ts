import assert from 'node:assert/strict'
import { test } from 'node:test'
import { google } from './google.ts'

const OPTIONS = { clientId: 'client-1' }
const accountOf = (claims: object) =>
  google.accountOf({ idToken: { sub: '108', ...claims }, api: {}, form: undefined }, OPTIONS)

test('53 an ID token of Google names it with https:// or without, and in no other way', () => {
  const accepts = (iss: unknown) => google.issuerOf({ iss }, OPTIONS) === iss
  for (const iss of ['https://accounts.google.com', 'accounts.google.com']) assert.ok(accepts(iss), iss)
  for (const iss of [
    'accounts.google.com.evil',
    'https://accounts.google.com.evil',
    'https://accounts.google.com/',
    'http://accounts.google.com',
    'https://accounts.google.com@evil.example',
    'ACCOUNTS.GOOGLE.COM',
    ' accounts.google.com',
    ['accounts.google.com'],
    '',
    undefined,
  ])
    assert.ok(!accepts(iss), String(iss))
})

test('the domain that vouches for an account is told in lower case, and of a private account none', () => {
  const hostedDomain = (hd: unknown) => (accountOf({ hd }) as { hostedDomain?: string }).hostedDomain
  assert.equal(hostedDomain('Shop.Example'), 'shop.example')
  for (const hd of [undefined, null, 7, ['shop.example']]) assert.equal(hostedDomain(hd), undefined)
})

test('an account is its subject, with the address and the names of the same token', () => {
  const claims = {
    email: 'ana@example.com',
    email_verified: true,
    given_name: 'Ana',
    family_name: 'Lima',
    amr: ['pwd'],
  }
  assert.deepEqual(accountOf(claims), {
    issuer: '',
    subject: '108',
    email: { value: 'ana@example.com', isVerified: true },
    profile: { given_name: 'Ana', family_name: 'Lima' },
    amr: ['pwd'],
  })
})
