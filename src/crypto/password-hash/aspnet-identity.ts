import { decodeBase64 } from './base64.ts'
import { acceptPbkdf2, type Pbkdf2 } from './pbkdf2.ts'
import { type Reading, refuse } from './reading.ts'

const V2_FORM = /^A[A-P][A-Za-z0-9+/]{64}==$/
const V3_FORM = /^AQAAAA[A-Za-z0-9+/]{16,}={0,2}$/
const V3_HEADER_BYTES = 13
const DIGEST_NAMES = ['sha1', 'sha256', 'sha512'] as const

/**
 * Reads the blobs of ASP.NET Identity, which are base64 and nothing else; PBKDF2 is what is stored.
 *
 * v2: 0x00 ‖ salt (16) ‖ digest (32), SHA-1, 1000 iterations. v3: 0x01 ‖ digest number ‖ iterations ‖ salt length (each
 * 4 bytes, big-endian) ‖ salt ‖ digest.
 */
export function readAspnetIdentity(text: string): Reading | undefined {
  if (!V2_FORM.test(text) && !V3_FORM.test(text)) return undefined
  const blob = decodeBase64(text)
  const read = blob?.[0] === 0 ? readV2(blob) : blob && readV3(blob)
  return read === undefined ? refuse('the ASP.NET Identity hash is malformed') : acceptPbkdf2(read)
}

function readV2(blob: Buffer): Pbkdf2 {
  return { digestName: 'sha1', iterations: 1000, salt: blob.subarray(1, 17), digest: blob.subarray(17) }
}

function readV3(blob: Buffer): Pbkdf2 | undefined {
  if (blob.length < V3_HEADER_BYTES) return undefined
  const digestName = DIGEST_NAMES[blob.readUInt32BE(1)]
  const digestStart = V3_HEADER_BYTES + blob.readUInt32BE(9)
  if (digestName === undefined || digestStart > blob.length) return undefined
  const salt = blob.subarray(V3_HEADER_BYTES, digestStart)
  return { digestName, iterations: blob.readUInt32BE(5), salt, digest: blob.subarray(digestStart) }
}
