import { pbkdf2Sync } from 'node:crypto'
import { equalBytes } from '../hash.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { type Reading, refuse, refuseCost } from './reading.ts'

const PHC_FORM =
  /^\$pbkdf2(?:-(?<digestName>sha1|sha256|sha512))?\$(?:i=)?(?<iterations>[1-9]\d{0,9})(?:,l=(?<length>[1-9]\d{0,3}))?\$(?<salt>[^$]*)\$(?<digest>[^$]+)$/
const DJANGO_FORM = /^pbkdf2_(?<digestName>sha1|sha256)\$(?<iterations>[1-9]\d{0,9})\$(?<salt>[^$]*)\$(?<digest>[^$]+)$/
const DIGEST_BYTES = { sha1: 20, sha256: 32, sha512: 64 }
const MAX_ITERATIONS = 2_000_000

/** What PBKDF2 needs (RFC 8018 §5.2), and what it gave. */
export type Pbkdf2 = { digestName: 'sha1' | 'sha256' | 'sha512'; iterations: number; salt: Buffer; digest: Buffer }

/** Reads PBKDF2 as a PHC string, as passlib writes it, or as Django does; the first is stored. */
export function readPbkdf2(text: string): Reading | undefined {
  if (/^\$pbkdf2[-$]/.test(text)) return readGroups(PHC_FORM.exec(text)?.groups, readPhcBytes)
  if (text.startsWith('pbkdf2_')) return readGroups(DJANGO_FORM.exec(text)?.groups, (salt) => Buffer.from(salt, 'utf8'))
  return undefined
}

function readGroups(
  groups: Record<string, string | undefined> | undefined,
  readSalt: (salt: string) => Buffer | undefined,
): Reading {
  if (groups === undefined) {
    return refuse(
      'the PBKDF2 hash is malformed: expected $pbkdf2-<sha1, sha256 or sha512>$i=<iterations>$<salt>$<digest>',
    )
  }
  const digestName = (groups.digestName ?? 'sha1') as Pbkdf2['digestName']
  const salt = readSalt(groups.salt ?? '')
  const digest = readPhcBytes(groups.digest ?? '')
  if (salt === undefined || digest === undefined) return refuse('salt or digest of the PBKDF2 hash is not base64')
  if (groups.length !== undefined && Number(groups.length) !== digest.length) {
    return refuse('the digest of the PBKDF2 hash has another length than its l= says')
  }
  return acceptPbkdf2({ digestName, iterations: Number(groups.iterations), salt, digest })
}

/** Accepts PBKDF2 within the limits: a digest of 16 to 64 bytes, 2 000 000 iterations over all its blocks. */
export function acceptPbkdf2({ digestName, iterations, salt, digest }: Pbkdf2): Reading {
  if (digest.length < 16 || digest.length > 64) return refuse('the digest of a PBKDF2 hash must have 16 to 64 bytes')
  const blocks = Math.ceil(digest.length / DIGEST_BYTES[digestName])
  if (iterations < 1) return refuse('the PBKDF2 iterations must be at least 1')
  if (iterations * blocks > MAX_ITERATIONS) {
    return refuseCost('the number of PBKDF2 iterations (over all blocks)', iterations * blocks, MAX_ITERATIONS)
  }
  return {
    kind: 'accepted',
    hash: `$pbkdf2-${digestName}$i=${iterations}$${encodeBase64(salt)}$${encodeBase64(digest)}`,
    algorithm: `pbkdf2-${digestName}`,
    matches: (password) => equalBytes(pbkdf2Sync(password, salt, iterations, digest.length, digestName), digest),
  }
}

/** Standard base64; passlib writes a dot for the plus sign. */
function readPhcBytes(text: string): Buffer | undefined {
  return decodeBase64(text.replaceAll('.', '+'))
}
