import { newBoundedCache } from '../crypto/bounded-cache.ts'
import { chance } from './chance.ts'
import { type Deps, resident } from './deps.ts'

const NAMES_REMEMBERED = 1_000
/** Few, so that what has changed is so for everybody at once. */
const REMEMBERED = 8

export interface Echo<T> {
  note(deps: Deps, name: string, came: T): void
  /** One of the last eight, each time another; undefined when there is none. */
  draw(deps: Deps, name: string): T | undefined
}

/** What came lately of things that have names, so that what must not be told apart from them can look like one. Each process has its own. */
export function newEcho<T>(): Echo<T> {
  const known = resident(() => newBoundedCache<readonly T[]>(NAMES_REMEMBERED))
  const of = (deps: Deps, name: string) => known(deps).find(name) ?? []
  return {
    note: (deps, name, came) => known(deps).insert(name, [came, ...of(deps, name)].slice(0, REMEMBERED)),
    draw(deps, name) {
      const all = of(deps, name)
      return all[Math.floor(chance(deps) * all.length)]
    },
  }
}
