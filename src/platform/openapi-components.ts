import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { answerExampleOf, exampleOf, type Place } from './examples.ts'
import type { Glossary } from './words.ts'

export type Json = Record<string, unknown>

/** What the operations of a document share, as it is gathered; and the words it is told in, if it is told in any. */
export interface Components {
  readonly schemas: Json
  readonly examples: Json
  readonly words: Glossary | undefined
}

export const sorted = (object: Json): Json =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))

/** JSON Schema 2020-12 of a zod shape; named shapes move to the components and leave a reference. */
export function toSchema(shape: z.ZodType, io: 'input' | 'output', owner: string, components: Components): Json {
  const { $schema: _, ...whole } = z.toJSONSchema(shape, { io, unrepresentable: 'any', override: tidy }) as Json
  const { $defs = {}, ...schema } = JSON.parse(
    JSON.stringify(whole).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as Json
  for (const [name, definition] of Object.entries($defs as Record<string, Json>)) {
    describe(definition, name, components.words)
    add(components.schemas, name, definition, 'schemas')
  }
  describe(schema, owner, components.words)
  return schema
}

/** The media type of a body: its schema, and an example. */
export function contentOf(shape: z.ZodType, io: 'input' | 'output', operation: string, components: Components): Json {
  const schema = toSchema(shape, io, operation, components)
  const { words } = components
  if (!words) return { schema }
  const place: Place = { owner: operation, name: io === 'input' ? 'body' : 'response', members: operation }
  const value = io === 'input' ? exampleOf(shape, place, words) : answerExampleOf(shape, place, words)
  const { id } = shape.meta() ?? {}
  return {
    schema,
    ...(id === undefined ? { example: value } : { examples: { example: addExample(components, id, value) } }),
  }
}

/** The media type of an upload: its example is the text of its word. */
export function contentOfBytes(shape: z.ZodType, operation: string, components: Components): Json {
  const schema = toSchema(shape, 'input', operation, components)
  const { words } = components
  const example = words?.find('body', operation)?.example
  if (words && typeof example !== 'string') words.lacking.add(`${operation}.body: has no example`)
  return { schema, ...(words && { example }) }
}

/** Moves an example to the components and leaves a reference. */
export function addExample({ examples }: Components, name: string, value: unknown): Json {
  add(examples, name, { value }, 'examples')
  return { $ref: `#/components/examples/${name}` }
}

export function addSchema({ schemas }: Components, name: string, schema: Json): Json {
  add(schemas, name, schema, 'schemas')
  return { $ref: `#/components/schemas/${name}` }
}

function add(all: Json, name: string, one: Json, kind: string) {
  if (all[name] && !isDeepStrictEqual(all[name], one)) throw new Error(`two ${kind} are called ${name}`)
  all[name] = one
}

/** Takes out what says nothing: the bounds of any integer, the expression behind a format, examples, which stand beside; and leaves open what is not declared strict. */
const tidy: NonNullable<z.core.ToJSONSchemaParams['override']> = ({ zodSchema, jsonSchema }) => {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern
  const { def } = zodSchema._zod
  if (def.type === 'object' && !def.catchall) delete jsonSchema.additionalProperties
}

/** Says of every member below `schema` what it means, where the schema does not say so itself. */
function describe(schema: unknown, owner: string, words: Glossary | undefined): void {
  if (!words || typeof schema !== 'object' || schema === null) return
  const { properties, items, additionalProperties, anyOf, oneOf, allOf } = schema as Record<string, Json & Json[]>
  for (const [name, member] of Object.entries((properties ?? {}) as Record<string, Json>)) {
    member.description ??= words.meaningOf(name, owner)
    describe(member, name, words)
  }
  for (const one of [items, additionalProperties, ...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? [])])
    describe(one, owner, words)
}
