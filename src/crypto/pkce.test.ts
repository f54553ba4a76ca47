import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCodeChallenge, isCodeVerifier, verifyCodeVerifier } from './pkce.ts'

// RFC 7636 Appendix B
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

// The true S256 challenges of a verifier one character short and of one a character too long.
const SHORT = { verifier: 'a'.repeat(42), challenge: 'elOGB_2quSlplZKfRRVlu7gULhhEEXMiqv0rPXawGv8' }
const LONG = { verifier: 'a'.repeat(129), challenge: 'wSywJKLlVRzKDgj86PHF4xRVXMP-9jKe6ZSj23UhZq4' }

test('the verifier of RFC 7636 Appendix B belongs to its challenge', () => {
  assert.equal(verifyCodeVerifier(VERIFIER, CHALLENGE), true)
})

test('another verifier does not', () => {
  assert.equal(verifyCodeVerifier(VERIFIER.replace('d', 'e'), CHALLENGE), false)
})

test('the plain method is not spoken: a challenge is no verifier of itself', () => {
  assert.equal(verifyCodeVerifier(VERIFIER, VERIFIER), false)
})

test('a verifier outside the limits is refused even when its hash fits', () => {
  assert.equal(verifyCodeVerifier(SHORT.verifier, SHORT.challenge), false)
  assert.equal(verifyCodeVerifier(LONG.verifier, LONG.challenge), false)
})

test('a verifier has 43 to 128 unreserved characters', () => {
  for (const text of ['a'.repeat(43), 'a'.repeat(128), `${'a'.repeat(40)}-._~`])
    assert.equal(isCodeVerifier(text), true)
  for (const text of ['', SHORT.verifier, LONG.verifier, `${'a'.repeat(43)}+`, `${'a'.repeat(43)}\n`]) {
    assert.equal(isCodeVerifier(text), false, text)
  }
})

test('a challenge has exactly 43 base64url characters', () => {
  assert.equal(isCodeChallenge(CHALLENGE), true)
  for (const text of ['', CHALLENGE.slice(1), `${CHALLENGE}a`, `${CHALLENGE.slice(1)}~`, `${CHALLENGE}\n`]) {
    assert.equal(isCodeChallenge(text), false, text)
  }
})
