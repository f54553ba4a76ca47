import { AsyncLocalStorage } from 'node:async_hooks'
import type { Transaction } from 'kysely'
import type { Schema } from './dialect-engine.ts'

/** An open transaction. Functions that write ask for one, so a stray write does not compile. */
export type Tx = Transaction<Schema>

/** What belongs to the transaction that is open here. */
export interface Context {
  readonly afterCommit: (() => void)[]
  /** What is written last of all, by how; undefined where everything is written at once. */
  readonly left: Map<Write, unknown[]> | undefined
}

type Write = (tx: Tx, rows: readonly never[]) => Promise<void>

export const open = new AsyncLocalStorage<Context>()

/** Call back once the transaction that is open here has committed; never when it rolls back. */
export function afterCommit(callback: () => void): void {
  const transaction = open.getStore()
  if (!transaction) throw new Error('no transaction is open here')
  transaction.afterCommit.push(callback)
}

/** Call back once what is done here is done: after the commit of the transaction that is open here, at once where none is. */
export function whenCommitted(callback: () => void): void {
  const transaction = open.getStore()
  if (transaction) transaction.afterCommit.push(callback)
  else callback()
}

/**
 * Leave rows to the end of the transaction that is open here, where they are written with all others left to `write`, in the order of leaving. False
 * where none by `together` is open: then they are to be written now.
 */
export function leaveToEnd<Row>(write: (tx: Tx, rows: readonly Row[]) => Promise<void>, rows: readonly Row[]): boolean {
  const left = open.getStore()?.left
  if (!left) return false
  const known = left.get(write)
  if (known) known.push(...rows)
  else left.set(write, [...rows])
  return true
}

/** Throws where a transaction is open: what is slow would hold its locks. */
export function assertNoTransaction(): void {
  if (open.getStore()) throw new Error('not inside a transaction')
}

export const marks = new AsyncLocalStorage<{ mark: ((tx: Tx) => Promise<void>) | undefined }>()

/** Do some work. Whatever it commits has `mark` written in the same transaction, and is not committed where that throws. */
export async function withMark<R>(mark: (tx: Tx) => Promise<void>, work: () => Promise<R>): Promise<R> {
  const context: { mark: typeof mark | undefined } = { mark }
  try {
    return await marks.run(context, work)
  } finally {
    // What the work has left to timers is not the work any more.
    context.mark = undefined
  }
}
