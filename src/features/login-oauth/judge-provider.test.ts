import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeProvider } from './judge-provider.ts'
import type { Probe } from './probe.ts'

const FINE: Probe = {
  id: 'google',
  redirectUri: 'https://api.shop.example/v1/session/login/oauth/google/callback',
  unavailable: undefined,
  keys: true,
  client: 'accepted',
}
const levels = (change: Partial<Probe>, isEnabled = true) =>
  judgeProvider({ id: 'shop' }, { ...FINE, ...change }, isEnabled).map(({ level }) => level)

test('the redirect URI to register is told exactly', () => {
  const [first] = judgeProvider({ id: 'shop' }, FINE, true)
  assert.equal(first?.what, `the redirect URI to register at the provider is ${FINE.redirectUri}`)
  assert.equal(first?.topic, 'application shop, login by google')
})

for (const [name, change, expected] of [
  ['a provider in good health', {}, ['ok', 'ok']],
  ['one without ID tokens', { keys: undefined }, ['ok', 'ok']],
  ['keys that cannot be read', { keys: false }, ['ok', 'fault', 'ok']],
  ['a client that is refused', { client: 'refused' }, ['ok', 'fault']],
  ['a provider that does not say', { client: 'unknown' }, ['ok', 'hint']],
  ['a provider that cannot be used', { unavailable: 'its issuer cannot be asked' }, ['fault']],
  ['a redirect URI in clear text', { redirectUri: 'http://localhost/x' }, ['ok', 'hint', 'ok']],
] as const) {
  test(`${name}: ${expected.join(', ')}`, () => {
    assert.deepEqual(levels(change), expected)
  })
}

test('one that is switched off is not looked at further', () => {
  assert.deepEqual(levels({ client: 'refused' }, false), ['hint'])
})
