import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash } from '@node-rs/argon2'
import fc from 'fast-check'
import { readImportedHash, verifyPassword } from '../password-hash.ts'
import { readArgon2 } from './argon2.ts'
import { encodeBase64 } from './base64.ts'
import { checkRefusal, checkVector } from './vectors.fixture.ts'

const SALT = 'c29tZXNhbHQ'
const DIGEST = 'nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'

test('argon2id of the reference implementation matches', async () => {
  await checkVector('argon2id', 'password', `$argon2id$v=19$m=256,t=2,p=1$${SALT}$${DIGEST}`)
})

test('argon2i of the reference implementation matches, and so does version 16 without a version', async () => {
  await checkVector(
    'argon2i',
    'password',
    `$argon2i$v=19$m=256,t=2,p=1$${SALT}$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8`,
  )
  const old = `$argon2i$m=256,t=2,p=1$${SALT}$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY`
  await checkVector('argon2i', 'password', old)
  await checkVector('argon2i', 'password', old.replace('$m', '$v=16$m'))
})

test('the hashes of the test suite of Django match', async () => {
  await checkVector(
    'argon2i',
    'secret',
    'argon2$argon2i$m=8,t=1,p=1$c29tZXNhbHQ$gwQOXSNhxiOxPOA0+PY10P9QFO4NAYysnqRt1GSQLE55m+2GYDt9FEjPMHhP2Cuf0nOEXXMocVrsJAtNSsKyfg',
  )
  await checkVector('argon2i', 'secret', 'argon2$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$YC9+jJCrQhs5R6db7LlN8Q')
  await checkVector(
    'argon2id',
    'secret',
    'argon2$argon2id$v=19$m=102400,t=2,p=8$Y041dExhNkljRUUy$TMa6A8fPJhCAUXRhJXCXdw',
  )
})

// Node 26, node:crypto, which is OpenSSL's. Twice the processors is what Kratos writes, and what a large host has.
test('many lanes are read: they cost nothing more', async () => {
  const salt = 'c29tZXNhbHRzb21lc2FsdA'
  const sixteen = `$argon2id$v=19$m=4096,t=1,p=16$${salt}$ksRsR86/AJ+IKABAE3MDvN4PXnez8pD/giB04L6F/ws`
  await checkVector('argon2id', 'legacy-pass-1', sixteen)
  const most = `$argon2id$v=19$m=2048,t=1,p=255$${salt}$2wBK1XlZPT2PhC1rGgSXzcRBv9gosnatvZcH104HXtM`
  await checkVector('argon2id', 'legacy-pass-1', most)
})

test('the password counts as typed and in NFKC', async () => {
  for (const password of ['e\u0301', '\u00e9']) {
    const imported = readImportedHash(await hash(password, { memoryCost: 64, timeCost: 1, parallelism: 1 }))
    assert.equal(imported.kind, 'accepted')
    assert.deepEqual(await verifyPassword(imported.hash, 'e\u0301'), { kind: 'match', outdated: true })
  }
})

test('a hash that costs too much is refused', () => {
  const form = (cost: string) => `$argon2id$v=19$${cost}$${SALT}$${DIGEST}`
  checkRefusal(form('m=131073,t=1,p=1'), /memory in KiB \(m\) is 131073, more than the 131072/)
  checkRefusal(form('m=4294967295,t=1,p=1'), /memory/)
  checkRefusal(form('m=64,t=11,p=1'), /passes \(t\) is 11/)
  checkRefusal(form('m=2048,t=1,p=256'), /lanes \(p\) is 256/)
  checkRefusal(form('m=131072,t=6,p=1'), /work/)
  assert.equal(readImportedHash(form('m=131072,t=5,p=8')).kind, 'accepted')
})

test('anything else that begins as argon2 is refused', () => {
  const good = `$argon2id$v=19$m=256,t=2,p=1$${SALT}$${DIGEST}`
  assert.equal(readImportedHash(good).kind, 'accepted')
  checkRefusal(good.replace('argon2id', 'argon2d'), /argon2d is not supported/)
  checkRefusal(good.replace('v=19', 'v=18'), /malformed/)
  checkRefusal(good.replace('m=256', 'm=0'), /malformed/)
  checkRefusal(good.replace('p=1', 'p=1,keyid=AAAA'), /malformed/)
  checkRefusal(good.slice(0, -44), /malformed/)
  checkRefusal(good.replace('m=256', 'm=7'), /at least 8 KiB/)
  checkRefusal(good.replace(SALT, 'c29tZXNhbA'), /salt .* 8 to 48 bytes/)
  checkRefusal(good.replace(SALT, 'A'.repeat(66)), /salt .* 8 to 48 bytes/)
  checkRefusal(good.replace(SALT, 'c29tZXNhbHR'), /not base64/)
  checkRefusal(good.replace(DIGEST, 'AAAA'), /digest .* 16 to 64 bytes/)
})

test('whatever is accepted can be verified', async () => {
  const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength }).map(encodeBase64)
  const cost = fc.record({
    m: fc.integer({ min: 16, max: 64 }),
    t: fc.integer({ min: 1, max: 2 }),
    p: fc.constantFrom(1, 2),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('i', 'id'),
      fc.constantFrom('', 'v=16$', 'v=19$'),
      cost,
      bytes(8, 48),
      bytes(16, 64),
      async (type, version, { m, t, p }, salt, digest) => {
        const reading = readArgon2(`$argon2${type}$${version}m=${m},t=${t},p=${p}$${salt}$${digest}`)
        assert.equal(reading?.kind, 'accepted')
        assert.equal(await reading.matches('password'), false)
      },
    ),
    { numRuns: 60 },
  )
})
