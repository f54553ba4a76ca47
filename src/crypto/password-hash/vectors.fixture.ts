import assert from 'node:assert/strict'
import { readImportedHash, verifyPassword } from '../password-hash.ts'

/** Imports a hash and checks that it is stored in a stable form and matches this password and no other. */
export async function checkVector(algorithm: string, password: string, text: string): Promise<void> {
  const imported = readImportedHash(text)
  assert.equal(imported.kind, 'accepted', JSON.stringify(imported))
  assert.equal(imported.algorithm, algorithm)
  assert.deepEqual(readImportedHash(imported.hash), imported)
  assert.deepEqual(await verifyPassword(imported.hash, password), { kind: 'match', outdated: true }, text)
  assert.deepEqual(await verifyPassword(imported.hash, `x${password}`), { kind: 'mismatch' }, text)
}

/** Checks that a hash is refused, and that the problem mentions something. */
export function checkRefusal(text: string, problem: RegExp): void {
  const imported = readImportedHash(text)
  assert.equal(imported.kind, 'refused', text)
  assert.match(imported.problem, problem)
}
