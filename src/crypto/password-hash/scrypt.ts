import { scryptSync } from 'node:crypto'
import { equalBytes } from '../hash.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { type Reading, refuse, refuseCost } from './reading.ts'

const PHC_FORM =
  /^\$scrypt\$ln=(?<ln>[1-9]\d?),r=(?<r>[1-9]\d{0,9}),p=(?<p>[1-9]\d{0,9})\$(?<salt>[^$]*)\$(?<digest>[^$]+)$/
const DJANGO_FORM =
  /^scrypt\$(?<n>[1-9]\d{0,9})\$(?<salt>[^$]*)\$(?<r>[1-9]\d{0,9})\$(?<p>[1-9]\d{0,9})\$(?<digest>[^$]+)$/
const MAX_WORK_BYTES = 128 * 1024 * 1024
const MAX_PARALLELISM = 16

type Scrypt = { ln: number; r: number; p: number; salt: Buffer | undefined; digest: Buffer | undefined }

/** Reads scrypt as a PHC string with `ln`, `r`, `p`, or as Django writes it; the former is stored (RFC 7914). */
export function readScrypt(text: string): Reading | undefined {
  if (text.startsWith('$scrypt$')) return accept(readPhc(text))
  if (text.startsWith('scrypt$')) return accept(readDjango(text))
  return undefined
}

function readPhc(text: string): Scrypt | undefined {
  const groups = PHC_FORM.exec(text)?.groups
  if (groups === undefined) return undefined
  const { ln, r, p, salt = '', digest = '' } = groups
  return { ln: Number(ln), r: Number(r), p: Number(p), salt: decodeBase64(salt), digest: decodeBase64(digest) }
}

function readDjango(text: string): Scrypt | undefined {
  const groups = DJANGO_FORM.exec(text)?.groups
  if (groups === undefined) return undefined
  const { n, r, p, salt = '', digest = '' } = groups
  return { ln: Math.log2(Number(n)), r: Number(r), p: Number(p), salt: Buffer.from(salt), digest: decodeBase64(digest) }
}

function accept(read: Scrypt | undefined): Reading {
  if (read === undefined) {
    return refuse('the scrypt hash is malformed: expected $scrypt$ln=<log2 N>,r=<r>,p=<p>$<salt>$<digest>')
  }
  const { ln, r, p, salt, digest } = read
  if (!Number.isInteger(ln) || ln < 1) return refuse('the scrypt cost N must be a power of two above 1')
  if (ln >= 16 * r) return refuse('the scrypt cost N must be below 2^(16 × r) (RFC 7914 §2)')
  const workBytes = 128 * 2 ** ln * r * p
  if (p > MAX_PARALLELISM) return refuseCost('the scrypt parallelism (p)', p, MAX_PARALLELISM)
  if (workBytes > MAX_WORK_BYTES)
    return refuseCost('the scrypt work in bytes (128 × N × r × p)', workBytes, MAX_WORK_BYTES)
  if (salt === undefined || digest === undefined) return refuse('salt or digest of the scrypt hash is not base64')
  if (digest.length < 16 || digest.length > 64) return refuse('the digest of a scrypt hash must have 16 to 64 bytes')
  return {
    kind: 'accepted',
    hash: `$scrypt$ln=${ln},r=${r},p=${p}$${encodeBase64(salt)}$${encodeBase64(digest)}`,
    algorithm: 'scrypt',
    matches: (password) => {
      const options = { N: 2 ** ln, r, p, maxmem: 2 * MAX_WORK_BYTES }
      return equalBytes(scryptSync(password, salt, digest.length, options), digest)
    },
  }
}
