import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FederatedAccount, Json } from '../provider.ts'
import { github } from './github.ts'

const OPTIONS = { clientId: 'client-1' }
const ANA = { email: 'ana@example.com', primary: true, verified: true, visibility: null }
const accountOf = (emails: unknown, user: Json = { id: 108, login: 'ana', email: 'public@example.com' }) =>
  github.accountOf(
    { idToken: undefined, api: { user, emails: emails as Json[] }, form: undefined },
    OPTIONS,
  ) as FederatedAccount

test('the account and its addresses are asked for, and only the addresses may be refused', () => {
  const calls = github.calls(undefined, { issuer: '', authorization_endpoint: '', token_endpoint: '' }, OPTIONS)
  const asked = Object.entries(calls).map(([name, { url, optional }]) => [name, url, optional])
  assert.deepEqual(asked, [
    ['user', 'https://api.github.com/user', undefined],
    ['emails', 'https://api.github.com/user/emails?per_page=100', true],
  ])
  for (const { headers } of Object.values(calls)) {
    assert.equal(headers?.accept, 'application/vnd.github+json')
    assert.match(headers?.['x-github-api-version'] ?? '', /^\d{4}-\d{2}-\d{2}$/)
  }
})

test('the primary address is taken, wherever it stands, and its own flag is its proof', () => {
  const other = { email: 'other@example.com', primary: false, verified: true }
  assert.deepEqual(accountOf([other, ANA]).email, { value: 'ana@example.com', isVerified: true })
  for (const verified of [false, 'true', 1, undefined])
    assert.deepEqual(accountOf([{ ...ANA, verified }, other]).email, { value: 'ana@example.com', isVerified: false })
})

for (const [name, emails] of [
  ['67 the public address of the profile alone', []],
  ['67 an address that is not primary', [{ ...ANA, primary: false }]],
  ['67 an address that is primary by another word', [{ ...ANA, primary: 'true' }]],
  ['68 a list that was refused', undefined],
  ['something that is no list', ANA],
  ['entries that are none', ['ana@example.com', null, 7, [ANA]]],
  ['an address that reaches nobody', [{ ...ANA, email: '108+ana@users.noreply.github.com' }]],
  ['the same, written otherwise', [{ ...ANA, email: 'ana@Users.NoReply.GitHub.com' }]],
  ['an address that is no text', [{ ...ANA, email: { value: 'ana@example.com' } }]],
  ['an address without end', [{ ...ANA, email: `${'a'.repeat(320)}@example.com` }]],
] as const) {
  test(`${name}: the account is known all the same, and has no address`, () => {
    const { subject, email } = accountOf(emails)
    assert.deepEqual([subject, email], ['108', undefined])
  })
}

test('the number names the account, and never the login', () => {
  assert.equal(accountOf([], { id: 9_007_199_254_740_991, login: 'ana' }).subject, '9007199254740991')
  for (const id of ['108', 0, -1, 1.5, 2 ** 53, Number.NaN, null, undefined])
    assert.ok('problem' in accountOf([ANA], { id, login: 'ana' }), String(id))
})
