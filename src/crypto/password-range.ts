import { hash } from 'node:crypto'

/** The SHA-1 of a password, upper-case hex, cut where range lookups cut it: `prefix` is sent, `suffix` looked for in the answer. */
export function rangeOf(password: string): { prefix: string; suffix: string } {
  const digest = hash('sha1', password, 'hex').toUpperCase()
  return { prefix: digest.slice(0, 5), suffix: digest.slice(5) }
}
