/** Where somebody stands in a queue: their share, in whose share that lies, widest first. Application, range, network say. */
export type Path = readonly string[]

interface Share<T> {
  count: number
  /** In the order of their turns. */
  readonly parts: Map<string, Share<T>>
  readonly items: T[]
}

const newShare = <T>(): Share<T> => ({ count: 0, parts: new Map(), items: [] })

/**
 * What waits, by share. All shares of one share take turns, however much waits in each; within the last one, first come, first served. All
 * paths have the same length.
 */
export function newTurns<T>() {
  const root = newShare<T>()

  function put(path: Path, item: T): void {
    let share = root
    share.count += 1
    for (const name of path) {
      const part = share.parts.get(name) ?? newShare<T>()
      share.parts.set(name, part)
      part.count += 1
      share = part
    }
    share.items.push(item)
  }

  /** Take the item whose turn it is, of those whose shares are all open. */
  const take = (isOpen: (path: Path) => boolean): T | undefined => takeFrom(root, [], isOpen)

  /** Take the item that came last in the share in which most waits. */
  function dropOfHeaviest(): T | undefined {
    return dropFrom(root)
  }

  return { put, take, dropOfHeaviest, count: () => root.count }
}

function takeFrom<T>(share: Share<T>, path: Path, isOpen: (path: Path) => boolean): T | undefined {
  let item = share.items.shift()
  for (const [name, part] of share.parts) {
    const within = [...path, name]
    if (!isOpen(within)) continue
    item = takeFrom(part, within, isOpen)
    if (item === undefined) continue
    share.parts.delete(name)
    if (part.count > 0) share.parts.set(name, part)
    break
  }
  if (item !== undefined) share.count -= 1
  return item
}

function dropFrom<T>(share: Share<T>): T | undefined {
  const heaviest = [...share.parts].reduce<[string, Share<T>] | undefined>(
    (most, one) => (most && most[1].count > one[1].count ? most : one),
    undefined,
  )
  const item = heaviest ? dropFrom(heaviest[1]) : share.items.pop()
  if (heaviest?.[1].count === 0) share.parts.delete(heaviest[0])
  if (item !== undefined) share.count -= 1
  return item
}
