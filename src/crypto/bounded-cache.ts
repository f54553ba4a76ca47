/** A map that holds the `capacity` entries used last; an insertion beyond it drops the one unused for longest. */
export type BoundedCache<T> = {
  find(name: string): T | undefined
  insert(name: string, value: T): void
}

/** Makes an empty cache. */
export function newBoundedCache<T>(capacity: number): BoundedCache<T> {
  const entries = new Map<string, T>()

  function insert(name: string, value: T): void {
    entries.delete(name)
    entries.set(name, value)
    if (entries.size <= capacity) return
    const [oldest] = entries.keys()
    if (oldest !== undefined) entries.delete(oldest)
  }

  function find(name: string): T | undefined {
    const value = entries.get(name)
    if (value !== undefined) insert(name, value)
    return value
  }

  return { find, insert }
}
