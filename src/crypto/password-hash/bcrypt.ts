import { createHmac } from 'node:crypto'
import { verifySync } from '@node-rs/bcrypt'
import { sha256 } from '../hash.ts'
import { type Reading, refuse, refuseCost } from './reading.ts'
import { wordpressForms } from './wordpress.ts'

const FORM = /^\$2[aby]\$(?<cost>\d\d)\$(?<salt>[./A-Za-z0-9]{22})(?<digest>[./A-Za-z0-9]{31})$/
const DIGITS = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const MIN_COST = 4
const MAX_COST = 14

/** What an origin does to the password first, by what it writes before the bcrypt hash; `stored` is what we write. */
const PREPARATIONS = [
  {
    prefix: 'bcrypt_sha256$',
    stored: 'bcrypt_sha256$',
    algorithm: 'bcrypt-sha256',
    prepare: hexOfSha256,
    forms: asTyped,
  },
  { prefix: 'bcrypt$', stored: '', algorithm: 'bcrypt', prepare: utf8, forms: asTyped },
  { prefix: '$wp', stored: '$wp', algorithm: 'wordpress-bcrypt', prepare: wordpressHmac, forms: wordpressForms },
  { prefix: '', stored: '', algorithm: 'bcrypt', prepare: utf8, forms: asTyped },
]

/** Reads bcrypt (2a, 2b, 2y), bare or in the forms of Django (`bcrypt$`, `bcrypt_sha256$`) and WordPress 6.8 (`$wp`). */
export function readBcrypt(text: string): Reading | undefined {
  const origin = PREPARATIONS.find(({ prefix }) => text.startsWith(`${prefix}$2`))
  if (origin === undefined) return undefined
  const hash = text.slice(origin.prefix.length)
  if (/^\$2x?\$/.test(hash)) return refuse('bcrypt 2 and 2x mark hashes of a faulty bcrypt and are not supported')
  const cost = FORM.exec(hash)?.groups?.cost
  if (cost === undefined || Number(cost) < MIN_COST) {
    return refuse('the bcrypt hash is malformed: expected $2b$<cost, two digits from 04>$ and 53 characters')
  }
  if (Number(cost) > MAX_COST) return refuseCost('the bcrypt cost', Number(cost), MAX_COST)
  const stored = clearPadding(hash)
  return {
    kind: 'accepted',
    hash: origin.stored + stored,
    algorithm: origin.algorithm,
    matches: (password) => origin.forms(password).some((form) => matches(stored, origin.prepare(form))),
  }
}

/** Clears the four and two bits of padding behind salt and digest, which some origins fill at random and none reads. */
function clearPadding(hash: string): string {
  const salt = hash.slice(0, 28) + clearBits(hash.charAt(28), 0b110000)
  return salt + hash.slice(29, 59) + clearBits(hash.charAt(59), 0b111100)
}

function clearBits(digit: string, mask: number): string {
  return DIGITS.charAt(DIGITS.indexOf(digit) & mask)
}

/** Bytes past the 72nd never count; a NUL ended the password for origins written in C, and for no other. */
function matches(hash: string, password: Buffer): boolean {
  if (verifySync(password, hash)) return true
  const end = password.indexOf(0)
  return end !== -1 && verifySync(password.subarray(0, end), hash)
}

function asTyped(password: string): string[] {
  return [password]
}

function utf8(password: string): Buffer {
  return Buffer.from(password, 'utf8')
}

function hexOfSha256(password: string): Buffer {
  return utf8(sha256(password).toString('hex'))
}

function wordpressHmac(password: string): Buffer {
  return utf8(createHmac('sha384', 'wp-sha384').update(password, 'utf8').digest('base64'))
}
