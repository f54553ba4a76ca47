import { type Tx, Undo } from '../../platform/db.ts'
import { afterCommit } from '../../platform/db-context.ts'
import { watchWrites } from '../../platform/db-writes.ts'
import { type Deps, derive } from '../../platform/deps.ts'
import { type Act, appendAudit } from './append.ts'
import { type Changes, changesOf, type Difference } from './changes.ts'

interface Standing {
  changes: Changes
  isTold: boolean
  target: Act['target']
  isWritten: boolean
}

const standings = new WeakMap<Deps, Standing>()

/**
 * Handles for whoever makes a change: the first of its transactions that writes something writes the row of the change, too, and they stand or
 * fall together. `done` writes it where nothing else was written. `given` is told of the change unless it says more itself, by `tellChange`.
 */
export function audited(deps: Deps, act: Act, given: Changes = {}): { readonly deps: Deps; done(): Promise<void> } {
  const standing: Standing = { changes: given, isTold: false, target: act.target, isWritten: false }
  const append = async (tx: Tx) => {
    await appendAudit(tx, deps.now(), { ...act, target: standing.target }, standing.changes)
    afterCommit(() => {
      standing.isWritten = true
    })
  }
  const transact: Deps['transact'] = (work) =>
    deps.transact(async (tx) => {
      if (standing.isWritten) return await work(tx)
      const watched = watchWrites(tx)
      const outcome = await work(watched.tx)
      if (!(outcome instanceof Undo) && watched.hasWritten()) await append(tx)
      return outcome
    })
  const made = derive(deps, { transact, together: transact })
  standings.set(made, standing)
  return {
    deps: made,
    async done() {
      if (!standing.isWritten) await deps.transact(append)
    },
  }
}

/**
 * What is told of a change in the log: what differs, and the ids of what was made. Before the transaction that makes it ends. Who tells of another
 * thing adds to what was told.
 */
export function tellChange(
  deps: Deps,
  { target = {}, ...difference }: Difference & { readonly target?: Act['target'] },
): void {
  const standing = standings.get(deps)
  if (!standing) return
  standing.target = { ...standing.target, ...target }
  if ((difference.before ?? difference.after) === undefined) return
  standing.changes = { ...(standing.isTold && standing.changes), ...changesOf(difference) }
  standing.isTold = true
}
