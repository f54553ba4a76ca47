import { availableParallelism } from 'node:os'
import { hashPassword, verifyPassword } from '../../crypto/password-hash.ts'
import { assertNoTransaction } from '../../platform/db.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { costOf, type PasswordConfig } from './config.ts'
import { findFault } from './policy.ts'
import { boundedQueue, type Queued } from './queue.ts'

/** Hashes run on the four threads of libuv; one of them stays free, and so does one processor. */
const MAX_SLOTS = 3
const ROOM_PER_SLOT = 100
const PATIENCE_MS = 2_000

/** For `Retry-After`, with `overloaded`. */
export const hashingRetry = { 'retry-after': '2' }

/** The one way to work with passwords: so many logins that nothing else moves are not let in. */
export const hashQueue = resident((deps: Deps) => {
  const slots = Math.max(1, Math.min(MAX_SLOTS, availableParallelism() - 1))
  return boundedQueue({ slots, room: slots * ROOM_PER_SLOT, patienceMs: PATIENCE_MS, now: deps.now })
})

export type NewHash =
  | { kind: 'hashed'; hash: string }
  /** `fault`: why, for the user. */
  | { kind: 'invalid'; fault: string }
  | { kind: 'overloaded' }

/** Judge a password that is to be set by the rules of the application, and hash it. */
export async function hashNewPassword(deps: Deps, config: PasswordConfig, password: string): Promise<NewHash> {
  const fault = await findFault(deps, config, password)
  if (fault) return { kind: 'invalid', fault }
  assertNoTransaction()
  const hashed = await hashQueue(deps).run(() => hashPassword(password, costOf(config)))
  return hashed.kind === 'done' ? { kind: 'hashed', hash: hashed.value } : hashed
}

export interface Verification {
  readonly matches: boolean
  /** A better hash of the password, when it matched one that was imported or costs less than it should. */
  readonly renewed?: string
}

/** Compare a password with a hash. Without any, as much work is done as a new hash costs, and nothing matches. */
export function compareWithHash(
  deps: Deps,
  config: PasswordConfig,
  hash: string | undefined,
  password: string,
): Promise<Queued<Verification>> {
  assertNoTransaction()
  const cost = costOf(config)
  return hashQueue(deps).run(async () => {
    if (hash === undefined) {
      await hashPassword(password, cost)
      return { matches: false }
    }
    const verified = await verifyPassword(hash, password, cost)
    if (verified.kind === 'mismatch') return { matches: false }
    return { matches: true, ...(verified.outdated && { renewed: await hashPassword(password, cost) }) }
  })
}
