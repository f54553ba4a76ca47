import { createHash, hash } from 'node:crypto'
import { equalText } from '../hash.ts'
import { encodeCrypt64 } from './crypt64.ts'
import { type Reading, refuse, refuseCost } from './reading.ts'
import { MAX_ROUNDS_PASSWORD_BYTES } from './rounds.ts'

const FORM =
  /^\$(?<id>[56])\$(?:rounds=(?<rounds>[1-9]\d{0,9})\$)?(?<salt>[^$:]{0,16})\$(?<digest>[./0-9A-Za-z]{43}|[./0-9A-Za-z]{86})$/
const DEFAULT_ROUNDS = 5000
const MIN_ROUNDS = 1000
const MAX_ROUNDS = 1_000_000

type DigestName = 'sha256' | 'sha512'

/** Reads sha256-crypt (`$5$`) and sha512-crypt (`$6$`), as in /etc/shadow. */
export function readShaCrypt(text: string): Reading | undefined {
  if (!/^\$[56]\$/.test(text)) return undefined
  const groups = FORM.exec(text)?.groups
  const { salt = '', digest = '' } = groups ?? {}
  const digestName = groups?.id === '5' ? 'sha256' : 'sha512'
  const rounds = Number(groups?.rounds ?? DEFAULT_ROUNDS)
  if (digest.length !== (digestName === 'sha256' ? 43 : 86) || rounds < MIN_ROUNDS) {
    return refuse(
      'the sha-crypt hash is malformed: expected $5$ or $6$, perhaps rounds=<1000 or more>$, then <salt>$ and 43 or 86 characters',
    )
  }
  if (rounds > MAX_ROUNDS) return refuseCost('the number of sha-crypt rounds', rounds, MAX_ROUNDS)
  return {
    kind: 'accepted',
    hash: text,
    algorithm: `${digestName}-crypt`,
    matches: (typed) => {
      const password = Buffer.from(typed, 'utf8')
      if (password.length > MAX_ROUNDS_PASSWORD_BYTES) return false
      return equalText(shaCrypt(digestName, password, Buffer.from(salt, 'utf8'), rounds), digest)
    },
  }
}

/** Drepper, "Unix crypt using SHA-256 and SHA-512", version 0.6; the numbers are those of its steps. */
function shaCrypt(name: DigestName, password: Buffer, salt: Buffer, rounds: number): string {
  let state = firstDigest(name, password, salt)
  // 13–16
  const p = cycle(hash(name, repeatBytes(password, password.length), 'buffer'), password.length)
  // 17–20
  const s = cycle(hash(name, repeatBytes(salt, 16 + (state[0] ?? 0)), 'buffer'), salt.length)
  // 21
  for (let round = 0; round < rounds; round++) {
    const parts = [round % 2 === 1 ? p : state]
    if (round % 3 !== 0) parts.push(s)
    if (round % 7 !== 0) parts.push(p)
    parts.push(round % 2 === 1 ? state : p)
    state = hash(name, Buffer.concat(parts), 'buffer')
  }
  return encodeCrypt64(reorder(state))
}

/** Steps 1 to 12. */
function firstDigest(name: DigestName, password: Buffer, salt: Buffer): Buffer {
  const b = hash(name, Buffer.concat([password, salt, password]), 'buffer')
  const a = createHash(name).update(password).update(salt).update(cycle(b, password.length))
  for (let bits = password.length; bits > 0; bits >>= 1) a.update(bits % 2 === 1 ? b : password)
  return a.digest()
}

function repeatBytes(bytes: Buffer, times: number): Buffer {
  return cycle(bytes, bytes.length * times)
}

function cycle(bytes: Buffer, length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, bytes)
}

/** Step 22: byte k of each third makes a group, turned by k places: one way for SHA-256, the other for SHA-512. */
function reorder(digest: Buffer): Buffer {
  const third = Math.floor(digest.length / 3)
  const turn = digest.length === 32 ? 2 : 1
  const order = Array.from({ length: 3 * third }, (_, index) => {
    const k = Math.floor(index / 3)
    return k + third * ((2 - (index % 3) + turn * k) % 3)
  })
  return Buffer.concat([Buffer.from(order.map((place) => digest[place] ?? 0)), digest.subarray(3 * third)])
}
