import type { Compliancy } from './config.ts'

export type Counts = Readonly<Record<'length' | 'uppercase' | 'lowercase' | 'numbers' | 'symbols', number>>

/** Count the characters of a password as the SDKs do: by code point, as typed; what is no upper case, lower case or decimal digit is a symbol. */
export function countCharacters(password: string): Counts {
  const counts = { length: 0, uppercase: 0, lowercase: 0, numbers: 0, symbols: 0 }
  for (const character of password) {
    counts.length += 1
    counts[kindOf(character)] += 1
  }
  return counts
}

function kindOf(character: string) {
  if (/\p{Lu}/u.test(character)) return 'uppercase'
  if (/\p{Ll}/u.test(character)) return 'lowercase'
  return /\p{Nd}/u.test(character) ? 'numbers' : 'symbols'
}

const NAMES = {
  uppercase: 'upper-case letters',
  lowercase: 'lower-case letters',
  numbers: 'digits',
  symbols: 'symbols',
} as const

const KINDS = ['uppercase', 'lowercase', 'numbers', 'symbols'] as const

/** What a password lacks, as a sentence for its user; undefined when it lacks nothing. */
export function findLack(password: string, rules: Compliancy): string | undefined {
  const counts = countCharacters(password)
  const least = Math.max(rules.min_length, 1)
  if (counts.length < least) return `A password has at least ${least} characters.`
  if (rules.max_length !== 0 && counts.length > rules.max_length)
    return `A password has at most ${rules.max_length} characters.`
  const kind = KINDS.find((one) => counts[one] < rules[one])
  return kind && `A password has at least ${rules[kind]} ${NAMES[kind]}.`
}
