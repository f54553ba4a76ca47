import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { maskId, sampleOf } from './sample.ts'

const NOW = Date.UTC(2026, 0, 2)
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (header: object, claims: object) => `${part(header)}.${part(claims)}.c2lnbmF0dXJl`

test('a sample says whose a token was and how long it had been over, and masks whom it names', () => {
  const claims = { iss: 'https://tenant.eu.auth0.com/', sub: 'auth0|5f7c8ec7c33c6c004bbafe82', exp: NOW / 1000 - 90 }
  assert.deepEqual(sampleOf(jwt({ alg: 'RS256' }, { ...claims, email: 'ada@example.com' }), NOW), {
    kind: 'jwt',
    issuer: 'tenant.eu.auth0.com',
    subject: 'aut••e82',
    algorithm: 'RS256',
    expired_seconds_ago: 90,
  })
  assert.deepEqual(sampleOf(jwt({}, { iss: 'self', sub: 7, exp: NOW / 1000 + 90 }), NOW), {
    kind: 'jwt',
    issuer: 's••',
  })
  assert.deepEqual(sampleOf('opaque-session-id', NOW), { kind: 'opaque', characters: 17 })
})

test('a sample holds nothing of a person: no address, no number, in whatever claim or header they stand', () => {
  const people = [
    'ada.lovelace@example.com',
    '+34612345678',
    'Ada Lovelace <ada@example.com>',
    'https://ada@example.com',
  ]
  for (const person of people) {
    const sample = sampleOf(jwt({ alg: person, kid: person }, { iss: person, sub: person, email: person }), NOW)
    assert.doesNotMatch(JSON.stringify(sample), /ada|love|345678|@/i)
  }
  assert.deepEqual(['ada@example.com', '+34612345678', '34612345678'].map(maskId), ['a••', '+••', '346••678'])
})

test('whatever a token holds, its sample is short, in one line, and lacks what is longer than a mask', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 9 }), fc.string(), (sub, iss) => {
      const text = JSON.stringify(sampleOf(jwt({ alg: iss }, { iss, sub }), NOW))
      assert.ok(text.length < 400, text)
      assert.ok(!maskId(sub).includes(sub))
      assert.match(maskId(sub), /^[\x20-\x7e·]{0,3}••[\x20-\x7e·]{0,3}$/)
    }),
  )
})
