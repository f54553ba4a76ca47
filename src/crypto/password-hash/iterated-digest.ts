import { createHmac, hash } from 'node:crypto'
import { equalBytes } from '../hash.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { type Reading, refuse, refuseCost } from './reading.ts'
import { MAX_ROUNDS_PASSWORD_BYTES } from './rounds.ts'

const PREFIX = 'digest:'
const FORM =
  /^digest:(?<algorithm>(?<hmac>hmac-)?(?<digestName>md5|sha1|sha256|sha384|sha512)(?<utf16>-utf16le)?):rounds=(?<rounds>[1-9]\d{0,9}):(?<order>prefix|suffix|each|key):(?<salt>[^:]*):(?<digest>[^:]+)$/
const DIGEST_BYTES: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 }
const MAX_ROUNDS = 2 ** 18

/**
 * Reads our form of digests in rounds, and of HMAC: `digest:<algorithm>:rounds=<n>:<order>:<salt>:<digest>`, salt and digest in base64.
 *
 * The first round digests the password with the salt, in the order that is said; each further one digests the last digest, which with `each` has
 * password and salt behind it again. With `key` the salt is the key of the HMAC of the password, and there is one round.
 */
export function readIteratedDigest(text: string): Reading | undefined {
  if (!text.startsWith(PREFIX)) return undefined
  const groups = FORM.exec(text)?.groups
  const { algorithm, hmac, digestName = '', utf16, order = '' } = groups ?? {}
  const salt = decodeBase64(groups?.salt ?? '')
  const digest = decodeBase64(groups?.digest ?? '')
  if (salt === undefined || digest === undefined || digest.length !== DIGEST_BYTES[digestName]) {
    return refuse(
      'the digest is malformed: expected digest:<algorithm>:rounds=<n>:<prefix, suffix, each or key>:<base64 of the salt>:<base64 of the digest>',
    )
  }
  const rounds = Number(groups?.rounds)
  if (rounds > MAX_ROUNDS) return refuseCost('the number of rounds of the digest', rounds, MAX_ROUNDS)
  if ((hmac !== undefined) !== (order === 'key')) return refuse('an HMAC, and no other digest, has its salt as key')
  if (hmac !== undefined && rounds > 1) return refuse('an HMAC has one round')
  return {
    kind: 'accepted',
    hash: `${PREFIX}${algorithm}:rounds=${rounds}:${order}:${encodeBase64(salt)}:${encodeBase64(digest)}`,
    algorithm: algorithm ?? digestName,
    matches: (typed) => {
      const password = Buffer.from(typed, utf16 === undefined ? 'utf8' : 'utf16le')
      if (password.length > MAX_ROUNDS_PASSWORD_BYTES) return false
      const made =
        hmac === undefined
          ? iterate(digestName, rounds, ordered(password, salt, order), order === 'each')
          : createHmac(digestName, salt).update(password).digest()
      return equalBytes(made, digest)
    },
  }
}

const ordered = (password: Buffer, salt: Buffer, order: string): Buffer =>
  Buffer.concat(order === 'prefix' ? [salt, password] : [password, salt])

function iterate(digestName: string, rounds: number, first: Buffer, isRepeated: boolean): Buffer {
  let state = hash(digestName, first, 'buffer')
  for (let round = 1; round < rounds; round++) {
    state = hash(digestName, isRepeated ? Buffer.concat([state, first]) : state, 'buffer')
  }
  return state
}
