import { CompiledQuery, type Kysely } from 'kysely'
import type { Bounds } from './db-bounds.ts'
import type { Tx } from './db-context.ts'
import { isTrouble, Unavailable, within } from './db-fault.ts'
import type { Schema } from './dialect-engine.ts'
import { openTurns } from './dialect-turns.ts'

/** A transaction that is open for one after the other. */
interface Batch {
  readonly tx: Tx
  /** Settles when it has been committed, or rolled back as a whole. */
  readonly committed: Promise<void>
  readonly since: number
  members: number
  /** Whether nothing of it can be committed any more. */
  isBroken: boolean
  commit(): void
  breakOff(error: unknown): void
}

/** Nobody waits long for those who come after, nor does whoever else wants to write. */
const BATCH_MS = 20
const BATCH_MEMBERS = 64

const SAVEPOINT = CompiledQuery.raw('savepoint member')
const RELEASE = CompiledQuery.raw('release member')
const BACK = CompiledQuery.raw('rollback to member')

export interface Together {
  /** Do some work in a transaction that others may have a part in. Answers, or throws what the work threw, after its commit. */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** How many wait for their turn. */
  waiting(): number
}

/**
 * Let transactions that wait for one another share a commit, where one at a time is open anyway. Each has a savepoint: what throws leaves no trace,
 * and its neighbours never know. `onCommit` hears how long each commit took. Only where the transaction itself is lost, by a full disk say, are they lost together.
 */
export function openTogether(
  writer: Kysely<Schema>,
  giveWay: () => Promise<void>,
  bounds: Bounds,
  onCommit: (ms: number) => void,
): Together {
  const turns = openTurns(bounds)
  let current: Batch | undefined

  const enter = async (): Promise<Batch> => {
    // Between two the thread is free, and before the first all that came in this turn of the event loop get into the row.
    await giveWay()
    return current ?? (await begin(writer, onCommit))
  }
  const leave = (batch: Batch) => {
    batch.members += 1
    const isLast = turns.load().waiting === 0 || batch.members >= BATCH_MEMBERS || batch.isBroken || isLate(batch)
    current = isLast ? undefined : batch
    if (isLast) batch.commit()
  }
  const inTurn = async <T>(work: (tx: Tx) => Promise<T>) => {
    await turns.take()
    try {
      const batch = await enter()
      const isAlone = batch.members === 0 && turns.load().waiting === 0
      const outcome = await (isAlone ? attemptAlone(batch, work) : attempt(batch, work))
      leave(batch)
      return { batch, outcome }
    } finally {
      turns.give()
    }
  }
  return {
    async transact(work) {
      const { batch, outcome } = await inTurn(work)
      // Whatever it has seen may be a neighbour's, which nobody may hear of before it is there for good.
      await within(bounds.answerMs, batch.committed, () => tooLate(bounds.answerMs))
      if ('thrown' in outcome) throw outcome.thrown
      return outcome.value
    },
    waiting: () => turns.load().waiting,
  }
}

const isLate = ({ since }: Batch) => performance.now() - since > BATCH_MS
const tooLate = (ms: number) => new Unavailable('unavailable', `a transaction was not committed within ${ms} ms`)

async function begin(writer: Kysely<Schema>, onCommit: (ms: number) => void): Promise<Batch> {
  const opened = Promise.withResolvers<Tx>()
  const ended = Promise.withResolvers<void>()
  const inOne = async () => {
    const endedAt = await writer.transaction().execute(async (tx) => {
      opened.resolve(tx)
      await ended.promise
      return performance.now()
    })
    onCommit(performance.now() - endedAt)
  }
  const committed = inOne()
  committed.catch(opened.reject)
  const tx = await opened.promise
  const { resolve: commit, reject: breakOff } = ended
  return { tx, committed, since: performance.now(), members: 0, isBroken: false, commit, breakOff }
}

type Outcome<T> = { readonly value: T } | { readonly thrown: unknown }

/** Who has no neighbours needs no savepoint, which costs a copy of every page that is changed: whoever comes meanwhile begins anew when it fails. */
async function attemptAlone<T>(batch: Batch, work: (tx: Tx) => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work(batch.tx) }
  } catch (thrown) {
    batch.isBroken = true
    batch.breakOff(thrown)
    return { thrown }
  }
}

async function attempt<T>(batch: Batch, work: (tx: Tx) => Promise<T>): Promise<Outcome<T>> {
  const { tx } = batch
  try {
    await tx.executeQuery(SAVEPOINT)
    const value = await work(tx)
    await tx.executeQuery(RELEASE)
    return { value }
  } catch (thrown) {
    await goBack(batch, thrown)
    return { thrown }
  }
}

/** A transaction that has ended by itself has no savepoint to go back to, and nothing of it is left. */
async function goBack(batch: Batch, thrown: unknown): Promise<void> {
  try {
    await batch.tx.executeQuery(BACK)
    await batch.tx.executeQuery(RELEASE)
  } catch (lost) {
    batch.isBroken = true
    batch.breakOff(isTrouble(thrown) ? thrown : lost)
  }
}
