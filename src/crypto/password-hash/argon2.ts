import { verifySync } from '@node-rs/argon2'
import { decodeBase64 } from './base64.ts'
import { type Reading, refuse, refuseCost } from './reading.ts'

const FORM =
  /^\$argon2(?<type>i|id)\$(?<version>v=(?:16|19)\$)?m=(?<memory>[1-9]\d{0,9}),t=(?<passes>[1-9]\d{0,9}),p=(?<lanes>[1-9]\d{0,9})\$(?<salt>[A-Za-z0-9+/]+)\$(?<digest>[A-Za-z0-9+/]+)$/
const MAX_MEMORY_KIB = 128 * 1024
const MAX_PASSES = 10
/** Lanes share memory and passes, so that more of them cost nothing more. */
const MAX_LANES = 255
const MAX_WORK_KIB = 640 * 1024
const DJANGO_PREFIX = 'argon2$'

/**
 * Reads argon2i and argon2id as PHC strings, bare or behind Django's `argon2$`.
 *
 * The stored form has Django's prefix, which tells it from a hash of ours. The password is tried as typed and, because
 * an export of ours looks the same, in NFKC.
 */
export function readArgon2(text: string): Reading | undefined {
  const encoded = text.startsWith(DJANGO_PREFIX) ? text.slice(DJANGO_PREFIX.length - 1) : text
  if (!encoded.startsWith('$argon2')) return undefined
  if (encoded.startsWith('$argon2d$')) return refuse('argon2d is not supported: only argon2i and argon2id are')
  const groups = FORM.exec(encoded)?.groups
  if (groups === undefined) {
    return refuse('the argon2 hash is malformed: expected $argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt>$<digest>')
  }
  const { type = '', memory = '', passes = '', lanes = '', salt = '', digest = '' } = groups
  return (
    findExcess(Number(memory), Number(passes), Number(lanes)) ??
    findMisfit(decodeBase64(salt), decodeBase64(digest)) ?? {
      kind: 'accepted',
      hash: DJANGO_PREFIX + encoded.slice(1),
      algorithm: `argon2${type}`,
      matches: (password) => matches(encoded, password),
    }
  )
}

function findExcess(memoryKib: number, passes: number, lanes: number): Reading | undefined {
  if (memoryKib > MAX_MEMORY_KIB) return refuseCost('the argon2 memory in KiB (m)', memoryKib, MAX_MEMORY_KIB)
  if (passes > MAX_PASSES) return refuseCost('the argon2 number of passes (t)', passes, MAX_PASSES)
  if (lanes > MAX_LANES) return refuseCost('the argon2 number of lanes (p)', lanes, MAX_LANES)
  if (memoryKib * passes > MAX_WORK_KIB) return refuseCost('the argon2 work (m × t)', memoryKib * passes, MAX_WORK_KIB)
  if (memoryKib < 8 * lanes) return refuse('the argon2 memory (m) must be at least 8 KiB for each lane (p)')
  return undefined
}

function findMisfit(salt: Buffer | undefined, digest: Buffer | undefined): Reading | undefined {
  if (salt === undefined || digest === undefined) return refuse('salt or digest of the argon2 hash is not base64')
  if (salt.length < 8 || salt.length > 48) return refuse('the salt of an argon2 hash must have 8 to 48 bytes')
  if (digest.length < 16 || digest.length > 64) return refuse('the digest of an argon2 hash must have 16 to 64 bytes')
  return undefined
}

function matches(encoded: string, password: string): boolean {
  if (verifySync(encoded, Buffer.from(password, 'utf8'))) return true
  const normalised = password.normalize('NFKC')
  return normalised !== password && verifySync(encoded, Buffer.from(normalised, 'utf8'))
}
