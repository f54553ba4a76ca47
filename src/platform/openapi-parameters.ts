import { z } from 'zod'
import { exampleOf, type Place } from './examples.ts'
import { type Components, type Json, toSchema } from './openapi-components.ts'
import type { Glossary } from './words.ts'

/** The parameters that the members of a shape are, each with its example. */
export function parametersOf(
  where: 'path' | 'query',
  shape: z.ZodType,
  operation: string,
  components: Components,
): Json[] {
  const { properties = {}, required = [] } = toSchema(shape, 'input', operation, components) as {
    properties?: Json
    required?: string[]
  }
  const members = membersOf(shape)
  return Object.entries(properties as Record<string, Json>).map(([name, { description, examples: _, ...schema }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema,
    ...(components.words && exampleOfParameter(members[name], { owner: operation, name }, components.words)),
  }))
}

function exampleOfParameter(shape: z.ZodType | undefined, place: Place, words: Glossary): Json {
  const example = shape && exampleOf(shape, place, words)
  return example === undefined ? {} : { example }
}

/** Of an object, whatever is made of it afterwards. */
function membersOf(shape: z.ZodType): Readonly<Record<string, z.ZodType>> {
  if (shape instanceof z.ZodObject) return shape.shape as Record<string, z.ZodType>
  return shape instanceof z.ZodPipe ? membersOf(shape.def.in as z.ZodType) : {}
}
