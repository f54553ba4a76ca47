import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readImportedHash, secretOf, verifyPassword } from '../password-hash.ts'
import type { PasswordSecret } from './reading.ts'
import { checkRefusal } from './vectors.fixture.ts'

const PEPPER = { kind: 'pepper', value: 'devise pepper' } as const
const BCRYPT = '$2a$05$F7WCm42B.W9BqWTCE.XoBe6igLZVhokdPWrXcqa1/w0MBX8Gz5/OW'
const DEVISE = `bcrypt+pepper:devise:${BCRYPT}`

// Of imports.md §2.3: the project's parameters apart from the hash.
const PROJECT: PasswordSecret = {
  kind: 'firebase_scrypt',
  memCost: 14,
  rounds: 8,
  saltSeparator: 'Bw==',
  signerKey: 'hZ3Z2Mu/yd4fXAdUj3cFIQGQaV6OQqmkR3xCcbKAliup1HbRhKBMXep/3BLouv941QSbJCweM0SedfSNWVA6wA==',
}
const FIREBASE =
  '$firebase-scrypt$key=shop$nXbh/4oDzWy+uA==$HTLKcGdykE2tPHp2twhkgxR0d4DuF7tq9MQV84T/jstvFFugVHHE7QYkswMnkaTd4sSWry5u1KJd5DU1zIyYTg=='

for (const [hash, secret, name, algorithm] of [
  [DEVISE, PEPPER, 'devise', 'bcrypt+pepper'],
  [FIREBASE, PROJECT, 'shop', 'firebase-scrypt'],
] as const) {
  test(`${algorithm} with a secret of its name matches, with another secret it does not, and without one it cannot be compared`, () => {
    const read = readImportedHash(hash)
    assert.deepEqual(read, { kind: 'accepted', hash, algorithm, secret: { name, kind: secret.kind } })
    assert.deepEqual(secretOf(hash), { name, kind: secret.kind })
    const compare = (password: string, given?: PasswordSecret) => verifyPassword(hash, password, undefined, given)
    assert.deepEqual(compare('legacy-pass-1', secret), { kind: 'match', outdated: true })
    assert.deepEqual(compare('legacy-pass-2', secret), { kind: 'mismatch' })
    const other =
      secret.kind === 'pepper'
        ? { ...secret, value: 'other' }
        : { ...secret, signerKey: Buffer.alloc(64).toString('base64') }
    assert.deepEqual(compare('legacy-pass-1', other), { kind: 'mismatch' })
    assert.throws(() => compare('legacy-pass-1'), /without its secret/)
    assert.throws(() => compare('legacy-pass-1', secret === PEPPER ? PROJECT : PEPPER), /without its secret/)
  })
}

test('what is malformed, and other hashes behind a pepper, are refused', () => {
  checkRefusal(`argon2+pepper:devise:$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$x`, /only bcrypt\+pepper/)
  checkRefusal(`bcrypt+pepper::${BCRYPT}`, /name of the pepper/)
  checkRefusal(`bcrypt+pepper:Devise Pepper:${BCRYPT}`, /name of the pepper/)
  checkRefusal('bcrypt+pepper:devise:$wp$2y$05$x', /bare hash of bcrypt/)
  checkRefusal(`bcrypt+pepper:devise:${DEVISE}`, /bare hash of bcrypt/)
  checkRefusal('bcrypt+pepper:devise:$2a$05$x', /malformed/)
  checkRefusal(`bcrypt+pepper:devise:${BCRYPT.replace('$05$', '$31$')}`, /bcrypt cost is 31/)
  checkRefusal('$firebase-scrypt$key=$c2FsdA==$AAAA', /malformed/)
  checkRefusal('$firebase-scrypt$key=shop$c2FsdA==$AAAA', /at least 16 bytes/)
  checkRefusal('$firebase-scrypt$key=shop$!$AAAA', /not base64/)
  assert.equal(secretOf('$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'), undefined)
})
