import { hashSync as argon2, verifySync as verifyArgon2 } from '@node-rs/argon2'
import { readArgon2 } from './password-hash/argon2.ts'
import { readAspnetIdentity } from './password-hash/aspnet-identity.ts'
import { readBcrypt } from './password-hash/bcrypt.ts'
import { readHexDigest, readLdapDigest } from './password-hash/digest.ts'
import { readFirebaseScrypt } from './password-hash/firebase-scrypt.ts'
import { readIteratedDigest } from './password-hash/iterated-digest.ts'
import { readPbkdf2 } from './password-hash/pbkdf2.ts'
import { readPeppered } from './password-hash/peppered.ts'
import { readPhpass } from './password-hash/phpass.ts'
import { type Family, type NeededSecret, type PasswordSecret, type Reading, refuse } from './password-hash/reading.ts'
import { readScrypt } from './password-hash/scrypt.ts'
import { readShaCrypt } from './password-hash/sha-crypt.ts'
import { randomBytes } from './random.ts'

/** What one argon2id hash costs. */
export type PasswordHashCost = { memoryKib: number; iterations: number }

/** 19 MiB and two passes, the OWASP minimum for argon2id with one lane. */
export const DEFAULT_PASSWORD_HASH_COST: PasswordHashCost = { memoryKib: 19456, iterations: 2 }

const OUR_FORM =
  /^\$argon2id\$v=19\$m=(?<memoryKib>\d+),t=(?<iterations>\d+),p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/
const MAX_LENGTH = 1024

const FAMILIES: readonly Family[] = [
  readArgon2,
  readBcrypt,
  readPeppered,
  readScrypt,
  readFirebaseScrypt,
  readPbkdf2,
  readPhpass,
  readShaCrypt,
  readHexDigest,
  readLdapDigest,
  readIteratedDigest,
  readAspnetIdentity,
]

/** Hashes the NFKC form of a password with argon2id (RFC 9106): a PHC string, salt of 16 bytes, one lane. Holds its thread meanwhile. */
export function hashPassword(password: string, cost: PasswordHashCost): string {
  return argon2(normalise(password), {
    memoryCost: cost.memoryKib,
    timeCost: cost.iterations,
    parallelism: 1,
    outputLen: 32,
    salt: randomBytes(16),
  })
}

/**
 * Compares a password with a hash of `hashPassword` or `readImportedHash`; throws on any other text, and without the secret that it needs. Holds
 * its thread meanwhile.
 *
 * `outdated`: the hash was imported, or cost less than `cost`; hash the password anew.
 */
export function verifyPassword(
  hash: string,
  password: string,
  cost: PasswordHashCost = DEFAULT_PASSWORD_HASH_COST,
  secret?: PasswordSecret,
): { kind: 'match'; outdated: boolean } | { kind: 'mismatch' } {
  const { memoryKib, iterations } = OUR_FORM.exec(hash)?.groups ?? {}
  if (memoryKib !== undefined) {
    if (!verifyArgon2(hash, normalise(password))) return { kind: 'mismatch' }
    return { kind: 'match', outdated: Number(memoryKib) < cost.memoryKib || Number(iterations) < cost.iterations }
  }
  const reading = readHash(hash)
  if (reading.kind === 'refused') throw new Error(`a stored password hash does not read back: ${reading.problem}`)
  if (reading.secret?.kind !== secret?.kind) throw new Error('a password hash is compared without its secret')
  return reading.matches(password, secret) ? { kind: 'match', outdated: true } : { kind: 'mismatch' }
}

/**
 * Reads a hash that another system made, in one of the forms of `docs/guide/password-hash-forms.md`.
 *
 * `hash` is what to store, and `secret` what it needs to be compared. `problem` says what is wrong, and repeats nothing of salt or digest.
 */
export function readImportedHash(
  text: string,
): { kind: 'accepted'; hash: string; algorithm: string; secret?: NeededSecret } | { kind: 'refused'; problem: string } {
  const reading = readHash(text)
  if (reading.kind === 'refused') return reading
  const { hash, algorithm, secret } = reading
  return { kind: 'accepted', hash, algorithm, ...(secret && { secret }) }
}

/** Which secret a stored hash needs to be compared. */
export function secretOf(hash: string): NeededSecret | undefined {
  const read = OUR_FORM.test(hash) ? undefined : readHash(hash)
  return read?.kind === 'accepted' ? read.secret : undefined
}

/** Whether a stored hash is one of `hashPassword`. */
export const isOwnHash = (hash: string): boolean => OUR_FORM.test(hash)

function readHash(text: string): Reading {
  if (text.length > MAX_LENGTH) return refuseLength()
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) return refuse('the hash contains a control or broken character')
  for (const read of FAMILIES) {
    const reading = read(text)
    if (reading === undefined) continue
    return reading.kind === 'accepted' && reading.hash.length > MAX_LENGTH ? refuseLength() : reading
  }
  return refuse(
    /^[0-9a-f]+$/i.test(text)
      ? 'a bare hex digest does not say how it was made: write <algorithm>:<hex>, or <algorithm>:prefix:<salt>:<hex>'
      : 'the form of the hash is not known',
  )
}

function refuseLength(): Reading {
  return refuse(`the hash, as given or as stored, is longer than ${MAX_LENGTH} characters`)
}

function normalise(password: string): Buffer {
  return Buffer.from(password.normalize('NFKC'), 'utf8')
}
