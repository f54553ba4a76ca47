import { isDeepStrictEqual } from 'node:util'

/** What became of a member: its values where the API shows them, else that it changed. */
export type Change = 'changed' | { readonly before?: unknown; readonly after?: unknown }

/** By the place of the member: `steps.max`. A list is one member. */
export type Changes = Readonly<Record<string, Change>>

/** Something before and after it was changed; undefined where there was none, or is none any more. */
export interface Difference {
  readonly before?: object | undefined
  readonly after?: object | undefined
  /** What the API shows of it: all of it, if this is left out. What it does not show is not told here either. */
  readonly shown?: ((whole: never) => object) | undefined
}

const MAX_BYTES = 4096
const MAX_MEMBERS = 100
const MAX_DEPTH = 5

/** The members that differ. Long values are told as `changed`, for a log holds no documents. */
export function changesOf({ before, after, shown = (whole) => whole }: Difference): Changes {
  const [was, is] = [leavesOf(before), leavesOf(after)]
  const [wasShown, isShown] = [leavesOf(before && shown(before as never)), leavesOf(after && shown(after as never))]
  const changes: Record<string, Change> = {}
  for (const place of new Set([...was.keys(), ...is.keys()])) {
    if (isDeepStrictEqual(was.get(place), is.get(place))) continue
    const isTold = isShownAt(was, wasShown, place) && isShownAt(is, isShown, place)
    changes[place] = isTold ? { ...valueAt('before', was, place), ...valueAt('after', is, place) } : 'changed'
  }
  return bounded(changes)
}

type Leaves = ReadonlyMap<string, unknown>

const isShownAt = (whole: Leaves, shown: Leaves, place: string) =>
  !whole.has(place) || isDeepStrictEqual(whole.get(place), shown.get(place))

const valueAt = (name: 'before' | 'after', leaves: Leaves, place: string) =>
  leaves.has(place) && { [name]: leaves.get(place) }

/** Every member that is no object itself, by its place. */
function leavesOf(value: unknown): Leaves {
  const leaves = new Map<string, unknown>()
  const walk = (one: unknown, place: string, depth: number) => {
    const isObject = typeof one === 'object' && one !== null && !Array.isArray(one)
    if (!isObject || depth === MAX_DEPTH) {
      if (one !== undefined && place !== '') leaves.set(place, one)
      return
    }
    for (const [name, member] of Object.entries(one)) walk(member, place === '' ? name : `${place}.${name}`, depth + 1)
  }
  walk(value, '', 0)
  return leaves
}

function bounded(changes: Changes): Changes {
  if (bytesOf(changes) <= MAX_BYTES) return changes
  return namesOf(Object.keys(changes))
}

const bytesOf = (changes: Changes) => Buffer.byteLength(JSON.stringify(changes))

/** That some members changed, and not to what: as many of them as there is room for. */
export function namesOf(names: readonly string[]): Changes {
  let bytes = 0
  const all = names.slice(0, MAX_MEMBERS).map((name) => [name.slice(0, 100), 'changed'] as const)
  const fits = ([name, change]: (typeof all)[number]) => {
    bytes += bytesOf({ [name]: change })
    return bytes <= MAX_BYTES
  }
  return Object.fromEntries(all.filter(fits))
}
