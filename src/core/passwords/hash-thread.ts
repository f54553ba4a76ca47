import type { PasswordSecret } from '../../crypto/password-hash/reading.ts'
import { hashPassword, type PasswordHashCost, verifyPassword } from '../../crypto/password-hash.ts'
import { serveThread } from '../../platform/threads.ts'

export type HashTask =
  | { kind: 'hash'; password: string; cost: PasswordHashCost }
  /** Without a hash, as much work is done as a new one costs. */
  | {
      kind: 'compare'
      hash: string | undefined
      password: string
      cost: PasswordHashCost
      secret: PasswordSecret | undefined
    }

export interface Comparison {
  readonly matches: boolean
  /** A better hash of the password, when it matched one that was imported or costs less than it should. */
  readonly renewed?: string
}

serveThread((task: HashTask): string | Comparison => {
  const { password, cost } = task
  if (task.kind === 'hash') return hashPassword(password, cost)
  if (task.hash === undefined) {
    hashPassword(password, cost)
    return { matches: false }
  }
  const verified = verifyPassword(task.hash, password, cost, task.secret)
  if (verified.kind === 'mismatch') return { matches: false }
  return { matches: true, ...(verified.outdated && { renewed: hashPassword(password, cost) }) }
})
