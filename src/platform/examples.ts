import { z } from 'zod'
import type { Glossary } from './words.ts'

/** Where a shape stands: its name, in the schema, member or operation that owns it; and as whose its members are looked up, unless it has an `id`. */
export interface Place {
  readonly owner: string
  readonly name: string
  readonly members?: string
}

/** That there is no example, which is noted as lacking. */
const NONE = Symbol('no example')

/**
 * What a client could send of a shape: its own example, else that of its word, else one made of the examples of its members. Undefined where there
 * is none, or the shape refuses it, which is noted as lacking.
 */
export function exampleOf(shape: z.ZodType, place: Place, words: Glossary): unknown {
  const made = compose(shape, place, words)
  return made === NONE || !isTaken(shape, made, place, words) ? undefined : made
}

/** What a client could receive of a shape, made in the same way. */
export function answerExampleOf(shape: z.ZodType, place: Place, words: Glossary): unknown {
  const made = exampleOf(shape, place, words)
  return made === undefined ? undefined : shape.parse(made)
}

function isTaken(shape: z.ZodType, made: unknown, { owner, name }: Place, words: Glossary): boolean {
  const { success, error } = shape.safeParse(made)
  if (error)
    words.lacking.add(`${owner}.${name}: its example is refused: ${z.prettifyError(error).replaceAll('\n', ' ')}`)
  return success
}

function compose(shape: z.ZodType, place: Place, words: Glossary): unknown {
  const { id, examples } = shape.meta() ?? {}
  if (Array.isArray(examples)) return examples[0]
  const told = [id === undefined ? undefined : words.find(id), words.find(place.name, place.owner)]
  for (const word of told) {
    if (word?.example === undefined && !word?.isLeftOut) continue
    if (shape.safeParse(word.example).success) return word.example
    // A word of many places need not fit into all of them.
    if (word.isOfOnePlace) isTaken(shape, word.example, place, words)
  }
  return fromParts(shape, place, words)
}

/** What zod keeps of a shape, as far as it is read here. */
interface Parts {
  readonly type: string
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly element?: z.ZodType
  readonly options?: readonly z.ZodType[]
  readonly innerType?: z.ZodType
  readonly in?: z.ZodType
  readonly keyType?: z.ZodType
  readonly valueType?: z.ZodType
  readonly defaultValue?: unknown
  readonly entries?: Readonly<Record<string, string>>
  readonly values?: readonly unknown[]
}

function fromParts(shape: z.ZodType, place: Place, words: Glossary): unknown {
  const parts = shape._zod.def as unknown as Parts
  const within = parts.innerType ?? parts.in ?? parts.options?.[0]
  const known = parts.defaultValue ?? Object.values(parts.entries ?? {})[0] ?? parts.values?.[0]
  if (known !== undefined && !isObject(parts.innerType)) return known
  if (parts.type === 'null') return null
  if (parts.type === 'boolean') return true
  if (parts.shape) return ofObject(parts.shape, shape.meta()?.id ?? place.members ?? place.name, words)
  if (parts.element) return ofList(parts.element, place, words)
  if (parts.keyType && parts.valueType) return ofRecord(parts.keyType, parts.valueType, place, words)
  if (within) return compose(within, place, words)
  words.lacking.add(`${place.owner}.${place.name}: has no example`)
  return NONE
}

function ofList(element: z.ZodType, place: Place, words: Glossary): unknown {
  const one = compose(element, place, words)
  return one === NONE ? NONE : [one]
}

function ofRecord(key: z.ZodType, value: z.ZodType, place: Place, words: Glossary): unknown {
  const [name, one] = [compose(key, place, words), compose(value, place, words)]
  return name === NONE || one === NONE ? NONE : { [String(name)]: one }
}

/** Of all its members; those are left out of which the example is that there is none. */
function ofObject(members: Readonly<Record<string, z.ZodType>>, owner: string, words: Glossary): unknown {
  const entries = Object.entries(members)
    .filter(([, member]) => !isNothing(member))
    .map(([name, member]) => [name, compose(member, { owner, name }, words)] as const)
  if (entries.some(([, value]) => value === NONE)) return NONE
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** What an object is by default says less than what its members are. */
const isObject = (shape: z.ZodType | undefined) => shape !== undefined && shape._zod.def.type === 'object'

/** Whether nothing can be said. */
function isNothing(shape: z.ZodType): boolean {
  const { type, innerType } = shape._zod.def as unknown as Parts
  return type === 'optional' && innerType ? isNothing(innerType) : type === 'undefined' || type === 'never'
}
