import type { Deps } from '../deps.ts'

/** How far the database's clock is ahead of ours, ms; undefined when both are one. The way there and back is halved. */
export async function databaseSkew(deps: Pick<Deps, 'now' | 'databaseClock'>): Promise<number | undefined> {
  const before = deps.now()
  const theirs = await deps.databaseClock()
  return theirs === undefined ? undefined : theirs - (before + deps.now()) / 2
}
