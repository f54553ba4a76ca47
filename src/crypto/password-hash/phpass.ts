import { hash } from 'node:crypto'
import { equalText } from '../hash.ts'
import { CRYPT64_DIGITS, encodeCrypt64 } from './crypt64.ts'
import { type Reading, refuse, refuseCost } from './reading.ts'
import { MAX_ROUNDS_PASSWORD_BYTES } from './rounds.ts'
import { wordpressForms } from './wordpress.ts'

const MIN_LOG2_ROUNDS = 7
const MAX_LOG2_ROUNDS = 18

/** `hashedFirst`: `U$` marks what Drupal made of the MD5 that it stored before version 7. */
const VARIANTS = [
  { form: /^\$[PH]\$([./0-9A-Za-z]{31})$/, stored: '$P$', algorithm: 'phpass', digestName: 'md5', hashedFirst: false },
  { form: /^\$S\$([./0-9A-Za-z]{52})$/, stored: '$S$', algorithm: 'drupal7', digestName: 'sha512', hashedFirst: false },
  {
    form: /^U\$S\$([./0-9A-Za-z]{52})$/,
    stored: 'U$S$',
    algorithm: 'drupal7',
    digestName: 'sha512',
    hashedFirst: true,
  },
]

type Variant = (typeof VARIANTS)[number]

/** Reads the portable hashes of phpass (`$P$`, and `$H$` of phpBB) and those of Drupal 7 (`$S$`, `U$S$`). */
export function readPhpass(text: string): Reading | undefined {
  if (!/^(\$[PHS]|U\$S)\$/.test(text)) return undefined
  const variant = VARIANTS.find(({ form }) => form.test(text))
  const rest = variant?.form.exec(text)?.[1] ?? ''
  const log2Rounds = CRYPT64_DIGITS.indexOf(rest.charAt(0))
  if (variant === undefined || log2Rounds < MIN_LOG2_ROUNDS) {
    return refuse(
      'the phpass or Drupal hash is malformed: expected $P$ and 31 characters, or $S$ and 52, of ./0-9A-Za-z',
    )
  }
  if (log2Rounds > MAX_LOG2_ROUNDS) return refuseCost('log2 of the phpass rounds', log2Rounds, MAX_LOG2_ROUNDS)
  return {
    kind: 'accepted',
    hash: variant.stored + rest,
    algorithm: variant.algorithm,
    matches: (password) =>
      formsOf(variant, password).some((form) =>
        matches(variant, 2 ** log2Rounds, rest.slice(1, 9), rest.slice(9), form),
      ),
  }
}

/** `$P$` is WordPress's, which prepares the password; phpBB and Drupal take it as it is. */
const formsOf = ({ algorithm }: Variant, typed: string) => (algorithm === 'phpass' ? wordpressForms(typed) : [typed])

function matches(variant: Variant, rounds: number, salt: string, digest: string, typed: string) {
  const password = Buffer.from(variant.hashedFirst ? hash('md5', typed) : typed, 'utf8')
  if (password.length > MAX_ROUNDS_PASSWORD_BYTES) return false
  let state = hash(variant.digestName, Buffer.concat([Buffer.from(salt, 'utf8'), password]), 'buffer')
  const input = Buffer.concat([state, password])
  for (let round = 0; round < rounds; round++) {
    state.copy(input)
    state = hash(variant.digestName, input, 'buffer')
  }
  return equalText(encodeCrypt64(state).slice(0, digest.length), digest)
}
