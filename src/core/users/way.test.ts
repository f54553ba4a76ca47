import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wayOf } from './way.ts'

test('a way in is told by the methods of the login and the provider', () => {
  const rows: [string[], string | undefined, string][] = [
    [['legacy'], undefined, 'legacy'],
    [['legacy', 'grace'], undefined, 'grace'],
    [['pwd'], undefined, 'password'],
    [['otp'], undefined, 'code'],
    [['otp', 'sms'], undefined, 'code'],
    [['fed'], 'google', 'oauth:google'],
    [['fed', 'otp'], 'github', 'oauth:github'],
    // What stands behind `fed` may be the provider's word.
    [['fed', 'legacy', 'pwd'], 'google', 'oauth:google'],
    [['fed', 'grace'], undefined, 'fed'],
    [['fed', 'pwd'], undefined, 'fed'],
    [['hwk'], undefined, 'passkey'],
    [['swk', 'user'], undefined, 'passkey'],
    [['kba'], undefined, 'kba'],
    [[], undefined, 'unknown'],
  ]
  for (const [amr, provider, way] of rows) assert.equal(wayOf(amr, provider), way)
})
