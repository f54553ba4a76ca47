import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeClaims } from './verification-token.ts'

const NOW = 1_000_000
const step = (key: string, done = false) => ({ order: 1, key, expiration_duration: 60, done })
const CHALLENGE = {
  sub: 'usr_1',
  challenge_id: 'chl_1',
  current_step: 'approve',
  steps: [step('mail', true), step('approve'), step('sign')],
}
const CLAIMS = {
  sub: 'usr_1',
  iat: NOW,
  nbf: NOW,
  exp: NOW + 60,
  jti: 'j',
  challenge_id: 'chl_1',
  key: 'approve',
  status: 'completed',
}
const judge = (change: object) => judgeClaims({ ...CLAIMS, ...change }, CHALLENGE, NOW * 1000)

for (const [what, change, expiresAt] of [
  ['as it should be', {}, NOW + 90],
  ['without nbf', { nbf: undefined }, NOW + 90],
  ['with claims of the bank’s own', { amount: 500, iss: 'bank' }, NOW + 90],
  ['at the end of its time', { exp: NOW - 29 }, NOW + 1],
  ['by a clock that is ahead', { iat: NOW + 30, nbf: NOW + 30 }, NOW + 90],
  ['at its greatest age', { iat: NOW - 629, exp: NOW + 86_400 }, NOW + 1],
] as const) {
  test(`a verification token is taken ${what}`, () => {
    assert.deepEqual(judge(change), { kind: 'verified', jti: 'j', expiresAt: expiresAt * 1000 })
  })
}

const MALFORMED = ['sub', 'iat', 'exp', 'jti', 'challenge_id', 'key', 'status'].flatMap((claim) =>
  [undefined, null, {}, claim === 'iat' || claim === 'exp' ? 'x' : 1].map((value) => ({ [claim]: value })),
)
for (const [code, changes] of Object.entries({
  invalid_verification_token: [
    ...MALFORMED,
    { jti: '' },
    { jti: 'x'.repeat(257) },
    { nbf: 'x' },
    { nbf: NOW + 31 },
    { iat: NOW + 31 },
    { exp: NOW - 30 },
    { iat: NOW - 630, exp: NOW + 86_400 },
    // What is no good token is not compared with the challenge.
    { exp: NOW - 30, sub: 'usr_2', key: 'sign', status: 'pending' },
  ],
  token_mismatch: [{ sub: 'usr_2' }, { challenge_id: 'chl_2' }, { challenge_id: 'chl_1 ' }, { sub: '', key: 'sign' }],
  step_not_found: [{ key: 'unknown' }, { key: '' }, { key: 'Approve' }, { key: 'unknown', status: 'pending' }],
  step_bypassed: [{ key: 'sign' }, { key: 'mail' }, { key: 'sign', status: 'pending' }],
  step_not_completed: [{ status: 'pending' }, { status: '' }, { status: 'Completed' }],
})) {
  for (const change of changes) {
    test(`a verification token with ${JSON.stringify(change).slice(0, 80)} is refused by ${code}`, () => {
      assert.deepEqual(judge(change), { kind: 'refused', code })
    })
  }
}
