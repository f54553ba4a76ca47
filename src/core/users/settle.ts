import { type Tx, type Undo, undo } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'

/** Somebody else changed the same people meanwhile: nothing may be kept. */
export type Raced = { kind: 'raced' }

const ROUNDS = 10

/** Change people until nobody else changed them at the same time: whoever loses a race looks again and finds what the winner left. */
export async function settle<R extends { kind: string }>(
  deps: Deps,
  work: (tx: Tx) => Promise<R | Raced | Undo<R>>,
  by: 'transact' | 'together' = 'transact',
): Promise<R> {
  for (let round = 0; round < ROUNDS; round++) {
    const outcome = await deps[by]<R | Raced>(async (tx) => {
      const result = await work(tx)
      return isRaced(result) ? undo(result) : result
    })
    if (!isRaced(outcome)) return outcome
  }
  throw new Error('a login kept losing its races')
}

const isRaced = (result: object): result is Raced => 'kind' in result && result.kind === 'raced'
