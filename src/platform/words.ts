/** What a member of a body or a parameter means, and a value as it could be; where that is `undefined`, examples leave it out. */
export type Word = readonly [meaning: string, example?: unknown]

/**
 * By the name of the member, or by `Owner.name` where it means something else there: the owner is the `id` of the schema that has it, or else
 * the member, or the operation, below which it stands. By the `id` of a schema: of all of it. By its id, of an operation: what the summary leaves open.
 */
export type Words = Readonly<Record<string, Word>>

export interface Found {
  readonly meaning: string
  readonly example: unknown
  readonly isLeftOut: boolean
  /** Told with its owner, and not of every member of that name. */
  readonly isOfOnePlace: boolean
}

/** Words, and what is noticed while they are asked for. */
export interface Glossary {
  find(name: string, owner?: string): Found | undefined
  /** What a member, or an operation, means; noted as lacking where nobody says so. */
  meaningOf(name: string, owner?: string): string | undefined
  /** What lacks a meaning or an example, one line each, in the order in which it was met. */
  readonly lacking: Set<string>
  /** The words that nobody asked for so far. */
  unused(): string[]
}

export function glossary(words: Words): Glossary {
  const asked = new Set<string>()
  const lacking = new Set<string>()
  const find = (name: string, owner?: string): Found | undefined => {
    const isOfOnePlace = owner !== undefined && Object.hasOwn(words, `${owner}.${name}`)
    const key = isOfOnePlace ? `${owner}.${name}` : name
    asked.add(key)
    const word = Object.hasOwn(words, key) ? words[key] : undefined
    if (!word) return undefined
    const [meaning, example] = word
    return { meaning, example, isLeftOut: word.length > 1 && example === undefined, isOfOnePlace }
  }
  return {
    find,
    meaningOf(name, owner) {
      const found = find(name, owner)
      if (!found) lacking.add(`${owner === undefined ? name : `${owner}.${name}`}: is not described`)
      return found?.meaning
    },
    lacking,
    unused: () => Object.keys(words).filter((key) => !asked.has(key)),
  }
}
