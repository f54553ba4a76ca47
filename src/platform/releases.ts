import type { Migration } from './migrate.ts'

/**
 * The releases that changed the schema, by number, up to this one. A new one is added with the first migration after a release: as an
 * expansion, beside which the release before goes on working, or, if it takes something away that the release before needs, as a contraction.
 */
export const RELEASES: readonly { readonly number: number; readonly contracts?: true }[] = [{ number: 1 }]

/** What each leaves in the ledger of a database, before anything else that it does there. */
export const releaseMarks: readonly Migration[] = RELEASES.map(({ number, contracts }) => ({
  name: `release/${String(number).padStart(3, '0')}${contracts ? '-contracts' : ''}`,
  up: [],
}))

export const THIS_RELEASE: number = Math.max(...RELEASES.map(({ number }) => number))

/** Stands in the ledger of a database for as long as another one is being moved into it. */
export const MOVING = 'moving'

/** Stands in the ledger of a database that is being moved into another one, and of one that was. */
export const MOVED = 'moved'

/**
 * The newest release that changed a database so that this one cannot work with it; undefined when there is none. The next release is none,
 * unless it contracts: both serve side by side while processes are replaced. `names`: of the ledger.
 */
export function findTooNew(names: readonly string[], own: number = THIS_RELEASE): number | undefined {
  const found = names.flatMap((name) => {
    const [, number = '', contracts] = /^release\/(\d+)(-contracts)?$/.exec(name) ?? []
    const isTooNew = Number(number) >= own + 2 || (contracts !== undefined && Number(number) > own)
    return isTooNew ? [Number(number)] : []
  })
  return found.length > 0 ? Math.max(...found) : undefined
}
