import { createCipheriv, scryptSync } from 'node:crypto'
import { equalBytes } from '../hash.ts'
import { decodeBase64 } from './base64.ts'
import { type Reading, refuse, refuseCost } from './reading.ts'

const PREFIX = '$firebase-scrypt$'
const FORM =
  /^\$firebase-scrypt\$mem_cost=(?<memCost>[1-9]\d{0,9}),rounds=(?<rounds>[1-9]\d{0,9}),salt_separator=(?<separator>[^,$]*),signer_key=(?<signerKey>[^,$]+)\$(?<salt>[^$]+)\$(?<digest>[^$]+)$/
const MAX_MEM_COST = 14
const MAX_ROUNDS = 8

/**
 * Reads our form of what Firebase exports in two places: parameters of the project, salt and hash of the account.
 *
 * The four byte strings may be in standard or URL-safe base64. A hash is the signer key of the project, encrypted with
 * AES-256-CTR under a key that scrypt derives from the password.
 */
export function readFirebaseScrypt(text: string): Reading | undefined {
  if (!text.startsWith(PREFIX)) return undefined
  const groups = FORM.exec(text)?.groups
  if (groups === undefined) {
    return refuse(
      `the Firebase hash is malformed: expected ${PREFIX}mem_cost=<n>,rounds=<n>,salt_separator=<base64>,signer_key=<base64>$<salt>$<hash>`,
    )
  }
  const memCost = Number(groups.memCost)
  const rounds = Number(groups.rounds)
  if (memCost > MAX_MEM_COST) return refuseCost('the Firebase mem_cost', memCost, MAX_MEM_COST)
  if (rounds > MAX_ROUNDS) return refuseCost('the Firebase rounds', rounds, MAX_ROUNDS)
  const saltSeparator = decodeEitherBase64(groups.separator)
  const signerKey = decodeEitherBase64(groups.signerKey)
  const salt = decodeEitherBase64(groups.salt)
  const digest = decodeEitherBase64(groups.digest)
  if (saltSeparator === undefined || signerKey === undefined || salt === undefined || digest === undefined) {
    return refuse('salt separator, signer key, salt or hash of the Firebase hash is not base64')
  }
  if (signerKey.length < 16 || digest.length !== signerKey.length) {
    return refuse('hash and signer key of a Firebase hash must be of one length, at least 16 bytes')
  }
  const project = `mem_cost=${memCost},rounds=${rounds},salt_separator=${base64(saltSeparator)},signer_key=${base64(signerKey)}`
  return {
    kind: 'accepted',
    hash: `${PREFIX}${project}$${base64(salt)}$${base64(digest)}`,
    algorithm: 'firebase-scrypt',
    matches: (password) => {
      const options = { N: 2 ** memCost, r: rounds, p: 1, maxmem: 64 * 1024 * 1024 }
      const derived = scryptSync(password, Buffer.concat([salt, saltSeparator]), 32, options)
      return equalBytes(createCipheriv('aes-256-ctr', derived, Buffer.alloc(16)).update(signerKey), digest)
    },
  }
}

function decodeEitherBase64(text = ''): Buffer | undefined {
  return decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/'))
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64')
}
