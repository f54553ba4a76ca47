import { availableParallelism } from 'node:os'
import { secretOf } from '../../crypto/password-hash.ts'
import { assertNoTransaction } from '../../platform/db-context.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { fairQueue, type Queued } from '../../platform/limits/fair-queue.ts'
import { pathOf } from '../../platform/limits/network.ts'
import type { Path } from '../../platform/limits/turns.ts'
import { threadPool } from '../../platform/threads.ts'
import { costOf, type PasswordConfig } from './config.ts'
import type { Comparison, HashTask } from './hash-thread.ts'
import { findFault } from './policy.ts'
import { openSecret } from './secrets.ts'

/** One processor stays free for everything else; processes of one server share the others. */
const MAX_SLOTS = 8
const ROOM_PER_SLOT = 100
const PATIENCE_MS = 2_000

/** The file itself where the sources run; the release has it beside its one file. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './hash-thread.ts' : './hash-thread.js', import.meta.url)

/** Threads are the process's, whoever asks. */
const run = threadPool<HashTask, string | Comparison>(THREAD)

/** For `Retry-After`, with `overloaded`. */
export const hashingRetry = { 'retry-after': '2' }

/**
 * Whose turn a hash is: of an application, of those whom it knows or of all others, of a network. Strangers fill the queue for each other;
 * whoever is known waits for one of them at most before each turn.
 */
export const hashPath = (appId: string, standing: 'known' | 'unknown', ip: string): Path => [
  appId,
  standing,
  ...pathOf(ip),
]

/** The one way to work with passwords: so many logins that nothing else moves are not let in. */
export const hashQueue = resident((deps: Deps) => {
  const share = Math.floor((availableParallelism() - 1) / (deps.config.processes ?? 1))
  const slots = Math.max(1, Math.min(MAX_SLOTS, share))
  const { hashWaiting, hashWaits, sheds } = deps.metrics
  return fairQueue({
    slots,
    room: slots * ROOM_PER_SLOT,
    patienceMs: PATIENCE_MS,
    now: deps.monotonic,
    onWait: (count) => hashWaiting.set(count),
    onTurn(waitedMs, isAdmitted) {
      hashWaits.observe(waitedMs / 1000)
      if (!isAdmitted) sheds.inc({ queue: 'hashing' })
    },
  })
})

export type NewHash =
  | { kind: 'hashed'; hash: string }
  /** `fault`: why, for the user. */
  | { kind: 'invalid'; fault: string }
  | { kind: 'overloaded' }

/** Judge a password that is to be set by the rules of the application, and hash it. */
export async function hashNewPassword(
  deps: Deps,
  config: PasswordConfig,
  path: Path,
  password: string,
): Promise<NewHash> {
  const fault = await findFault(deps, config, password)
  if (fault) return { kind: 'invalid', fault }
  const hashed = await hashKnownPassword(deps, config, path, password)
  return hashed.kind === 'done' ? { kind: 'hashed', hash: hashed.value } : hashed
}

/** Hash a password that its user has already, whatever the rules of the application. */
export async function hashKnownPassword(
  deps: Deps,
  config: PasswordConfig,
  path: Path,
  password: string,
): Promise<Queued<string>> {
  assertNoTransaction()
  const task: HashTask = { kind: 'hash', password, cost: costOf(config) }
  return (await hashQueue(deps).run(path, () => run(task))) as Queued<string>
}

export type Compared =
  | Queued<Comparison>
  /** Our fault: the secret that the hash names is not there, or does not open. */
  | { kind: 'unreadable' }

/** Compare a password with a hash. Without any, as much work is done as a new hash costs, and nothing matches. */
export async function compareWithHash(
  deps: Deps,
  appId: string,
  config: PasswordConfig,
  path: Path,
  hash: string | undefined,
  password: string,
): Promise<Compared> {
  assertNoTransaction()
  const needed = hash === undefined ? undefined : secretOf(hash)
  const secret = needed && (await openSecret(deps, appId, needed))
  if (needed && !secret) {
    deps.log.error({ app: appId, named: needed.name }, 'a password hash names a secret that is not there')
    return { kind: 'unreadable' }
  }
  const task: HashTask = { kind: 'compare', hash, password, cost: costOf(config), secret }
  return (await hashQueue(deps).run(path, () => run(task))) as Queued<Comparison>
}
